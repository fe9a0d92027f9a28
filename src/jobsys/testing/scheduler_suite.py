"""The conformance suite of the port `Scheduler`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.firing import FiringSuite
from jobsys.testing.suites.schedule_policies import SchedulePoliciesSuite
from jobsys.testing.suites.schedules import SchedulesSuite


class SchedulerSuite(SchedulesSuite, FiringSuite, SchedulePoliciesSuite):
    """Subclass it as `TestYourScheduler`, in a module with a fixture `backend`.

    The fixture returns a fresh `jobsys.testing.backend.SchedulerUnderTest` for each test; the tests
    are coroutines, so that pytest-asyncio runs in its auto mode.
    """
