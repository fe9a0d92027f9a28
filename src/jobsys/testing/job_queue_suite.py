"""The conformance suite of the port `JobQueue`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.claim import ClaimSuite
from jobsys.testing.suites.enqueue import EnqueueSuite
from jobsys.testing.suites.extend import ExtendSuite
from jobsys.testing.suites.move import MoveSuite
from jobsys.testing.suites.order import OrderSuite
from jobsys.testing.suites.outcomes import OutcomesSuite
from jobsys.testing.suites.reclaim import ReclaimSuite
from jobsys.testing.suites.repeat import RepeatSuite
from jobsys.testing.suites.settle import SettleSuite
from jobsys.testing.suites.settle_together import SettleTogetherSuite
from jobsys.testing.suites.sparing import SparingSuite
from jobsys.testing.suites.table import TableSuite
from jobsys.testing.suites.tick import TickSuite
from jobsys.testing.suites.unique import UniqueSuite
from jobsys.testing.suites.wait import WaitSuite


class JobQueueSuite(
    EnqueueSuite,
    ClaimSuite,
    SettleSuite,
    OutcomesSuite,
    SettleTogetherSuite,
    RepeatSuite,
    ExtendSuite,
    ReclaimSuite,
    SparingSuite,
    TickSuite,
    MoveSuite,
    OrderSuite,
    TableSuite,
    UniqueSuite,
    WaitSuite,
):
    """Subclass it as `TestYourJobQueue`, in a module with a fixture `backend`.

    The fixture returns a fresh `jobsys.testing.backend.BackendUnderTest` for each test; the tests
    are coroutines, so that pytest-asyncio runs in its auto mode.
    """
