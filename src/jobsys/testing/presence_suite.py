"""The conformance suite of the port `Presence`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.attendance import AttendanceSuite


class PresenceSuite(AttendanceSuite):
    """Subclass it as `TestYourPresence`, in a module with a fixture `backend`.

    The fixture returns a fresh `jobsys.testing.backend.PresenceUnderTest` for each test; the tests
    are coroutines, so that pytest-asyncio runs in its auto mode.
    """
