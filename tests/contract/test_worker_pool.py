"""Every worker pool keeps the promises of its port."""

import pytest

from jobsys.adapters.asyncio import worker_pool
from jobsys.adapters.asyncio.thread_worker_pool import ThreadWorkerPool
from jobsys.adapters.asyncio.worker_pool import AsyncioWorkerPool
from jobsys.testing.held_attempts import NewPool
from jobsys.testing.worker_pool_suite import WorkerPoolSuite


@pytest.fixture(autouse=True)
def _short_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "LAST_WORD", worker_pool.LAST_WORD / 20)


@pytest.mark.contract(suite="WorkerPool", backend="asyncio")
class TestAsyncioWorkerPool(WorkerPoolSuite):
    @pytest.fixture
    def new_pool(self) -> NewPool:
        return AsyncioWorkerPool


@pytest.mark.contract(suite="WorkerPool", backend="threads")
class TestThreadWorkerPool(WorkerPoolSuite):
    @pytest.fixture
    def new_pool(self) -> NewPool:
        return ThreadWorkerPool
