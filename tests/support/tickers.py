"""A ticker of a queue, with all that it needs."""

from collections.abc import Sequence
from datetime import timedelta

from jobsys.adapters.memory.presence import MemoryPresence
from jobsys.adapters.null.job_metrics import NullJobMetrics
from jobsys.application.recovery import Recovery, RecoveryOptions
from jobsys.application.reporter import Announce, Reporter
from jobsys.application.roll_call import RollCall
from jobsys.application.ticker import Ticker, TickerOptions
from jobsys.domain.transition import Transition
from jobsys.ports.clock import Clock
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.job_queue import JobQueue
from tests.support.bench import LEASE_FOR

SECOND = timedelta(seconds=1)


def ignored(_: Sequence[Transition]) -> None:
    """Takes note of nothing."""


def ticker_of(
    queue: JobQueue,
    clock: Clock,
    interval: timedelta = SECOND / 2,
    metrics: JobMetrics | None = None,
    announce: Announce = ignored,
    roll_call: RollCall | None = None,
) -> Ticker:
    """Returns a ticker of the default queue, which has not started."""
    reporter = Reporter(metrics or NullJobMetrics(), clock, announce)
    roll_call = roll_call or RollCall(MemoryPresence(), LEASE_FOR, lambda: "here")
    recovery = Recovery(queue, roll_call, clock, RecoveryOptions(LEASE_FOR, 3), reporter)
    return Ticker(queue, clock, lambda: ["default"], TickerOptions(LEASE_FOR, interval), recovery)
