"""The conformance suite of the port `Roster`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.roster import CardsSuite


class RosterSuite(CardsSuite):
    """Subclass it as `TestYourRoster`, in a module with a fixture `backend`.

    The fixture returns a fresh `jobsys.testing.backend.RosterUnderTest` for each test; the
    tests are coroutines, so that pytest-asyncio runs in its auto mode.
    """
