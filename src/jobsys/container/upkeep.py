"""What goes on beside the jobs in a process that runs them."""

from collections.abc import Sequence

from dependency_injector.providers import Object, Singleton

from jobsys.application.planner import Planner
from jobsys.application.recovery import Recovery, RecoveryOptions
from jobsys.application.renewal import LeaseKeeper
from jobsys.application.roll_call import RollCall
from jobsys.application.ticker import Ticker, TickerOptions
from jobsys.config import Settings, WorkerSettings
from jobsys.container.job_types import JobTypes
from jobsys.domain.errors import ConfigurationError


class Upkeep(JobTypes):
    """What keeps a worker's leases, its time and its schedules."""

    def __init__(self, given: Settings) -> None:
        super().__init__(given)
        worker, queues = given.worker, Object(self._queues)
        self.lease_keeper = Singleton(
            LeaseKeeper,
            self.backend.provided.open_keeping,
            worker.lease_for,
            worker.renewal_pause,
        )
        self.ticker = Singleton(
            Ticker,
            self.job_queue,
            self.clock,
            queues,
            TickerOptions(worker.lease_for),
            self._recovery(worker),
        )
        self.planner = Singleton(Planner, self.scheduler, self.triggers, queues, self.metrics)

    def _recovery(self, worker: WorkerSettings) -> Singleton[Recovery]:
        """Returns what frees the jobs of workers that died."""
        roll_call = Singleton(
            RollCall,
            self.backend.provided.ports.presence,
            worker.lease_for,
            Object(lambda: self.lease_keeper().worker),
        )
        options = RecoveryOptions(worker.lease_for, worker.crash_limit)
        return Singleton(Recovery, self.job_queue, roll_call, self.clock, options, self.reporter)

    def _queues(self) -> Sequence[str]:
        """Returns the queues that this process serves."""
        queues = self.settings().worker.queues or self.handlers().queues()
        if not self.handlers().queues():
            raise ConfigurationError(
                "the worker has no handler: register one before the start, or say"
                " worker={'enabled': False} in a process that only submits"
            )
        return list(queues)
