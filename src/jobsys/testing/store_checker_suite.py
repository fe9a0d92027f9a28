"""The conformance suite of the port `StoreChecker`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.damage import DamageSuite


class StoreCheckerSuite(DamageSuite):
    """Subclass it as `TestYourStoreChecker`, in a module with a fixture `backend`.

    The fixture returns a fresh `jobsys.testing.backend.StoreCheckerUnderTest` for each test; the tests
    are coroutines, so that pytest-asyncio runs in its auto mode.
    """
