"""The conformance suite of the port `JobInspector`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.ahead import AheadSuite
from jobsys.testing.suites.counts import CountsSuite
from jobsys.testing.suites.edit import EditSuite
from jobsys.testing.suites.find import FindSuite
from jobsys.testing.suites.get import GetSuite


class JobInspectorSuite(GetSuite, FindSuite, CountsSuite, AheadSuite, EditSuite):
    """Subclass it as `TestYourJobInspector`, in a module with a fixture `backend`.

    The fixture returns a fresh `jobsys.testing.backend.BackendUnderTest` for each test; the tests
    are coroutines, so that pytest-asyncio runs in its auto mode.
    """
