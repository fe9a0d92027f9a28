"""The conformance suite of the port `JobLogs`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.job_logs import LogsSuite


class JobLogsSuite(LogsSuite):
    """Subclass it as `TestYourJobLogs`, in a module with a fixture `backend`.

    The fixture returns a fresh `jobsys.testing.backend.JobLogsUnderTest` for each test; the
    tests are coroutines, so that pytest-asyncio runs in its auto mode.
    """
