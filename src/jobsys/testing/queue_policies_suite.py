"""The conformance suite of the port `QueuePolicies`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.ageing import AgeingSuite
from jobsys.testing.suites.queue_policies import PoliciesSuite


class QueuePoliciesSuite(PoliciesSuite, AgeingSuite):
    """Subclass it as `TestYourQueuePolicies`, in a module with a fixture `backend`.

    The fixture returns a fresh `jobsys.testing.backend.QueuePoliciesUnderTest` for each test; the
    tests are coroutines, so that pytest-asyncio runs in its auto mode.
    """
