"""Every job queue keeps the promises of its port."""

import pytest

from jobsys.testing.job_queue_suite import JobQueueSuite
from jobsys.testing.memory_backend import MemoryBackend


@pytest.mark.contract(suite="JobQueue", backend="memory")
class TestMemoryJobQueue(JobQueueSuite):
    @pytest.fixture
    def backend(self) -> MemoryBackend:
        return MemoryBackend()
