"""The conformance suite of the port `WorkerPool`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.slots import SlotsSuite


class WorkerPoolSuite(SlotsSuite):
    """Subclass it as `TestYourWorkerPool`, in a module with a fixture `new_pool`.

    The fixture returns a `jobsys.testing.held_attempts.NewPool`; the tests are coroutines, so that
    pytest-asyncio runs in its auto mode.
    """
