"""The conformance suite of the port `EventBus`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.listening import ListeningSuite
from jobsys.testing.suites.publishing import PublishingSuite


class EventBusSuite(PublishingSuite, ListeningSuite):
    """Subclass it as `TestYourEventBus`, in a module with a fixture `backend`.

    The fixture returns a fresh `jobsys.testing.backend.EventBusUnderTest` for each test; the tests
    are coroutines, so that pytest-asyncio runs in its auto mode.
    """
