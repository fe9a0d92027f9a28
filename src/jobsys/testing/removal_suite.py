"""The conformance suite of the port `Removal`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.removal import RemovingSuite


class RemovalSuite(RemovingSuite):
    """Subclass it as `TestYourRemoval`, in a module with a fixture `backend`.

    The fixture returns a fresh `jobsys.testing.backend.RemovalUnderTest` for each test; the
    tests are coroutines, so that pytest-asyncio runs in its auto mode.
    """
