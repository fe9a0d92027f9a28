"""The conformance suite of the port `DurableComponent`: every backend, ours or yours, passes it."""

from jobsys.testing.suites.incarnation import IncarnationSuite
from jobsys.testing.suites.room import RoomSuite
from jobsys.testing.suites.weaknesses import WeaknessesSuite


class DurabilitySuite(WeaknessesSuite, IncarnationSuite, RoomSuite):
    """Subclass it as `TestYourDurability`, in a module with a fixture `backend`.

    The fixture returns a fresh, started `jobsys.ports.backend.Backend` for each test; the tests
    are coroutines, so that pytest-asyncio runs in its auto mode.
    """
