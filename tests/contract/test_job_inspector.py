"""Every job inspector keeps the promises of its port."""

import pytest

from jobsys.testing.job_inspector_suite import JobInspectorSuite
from jobsys.testing.memory_backend import MemoryBackend


@pytest.mark.contract(suite="JobInspector", backend="memory")
class TestMemoryJobInspector(JobInspectorSuite):
    @pytest.fixture
    def backend(self) -> MemoryBackend:
        return MemoryBackend()
