"""The conformance suite of the port `Circuits`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.circuits import RememberedCircuits, SharedCircuits


class CircuitsSuite(SharedCircuits, RememberedCircuits):
    """Subclass it as `TestYourCircuits`, in a module with a fixture `backend`.

    The fixture returns a fresh `jobsys.testing.backend.CircuitsUnderTest` for each test; the tests
    are coroutines, so that pytest-asyncio runs in its auto mode.
    """
