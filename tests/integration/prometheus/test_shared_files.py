"""Several processes that are scraped as one."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from jobsys import ConfigurationError, JobPriority, Settings
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.adapters.prometheus.shared_files import SharedFiles
from jobsys.ports.metric_families import (
    ACTIVE_WORKERS,
    DURATION,
    ENQUEUED,
    PROCESSED,
    QUEUE_SIZE,
    WORKER_SLOTS,
    MetricsSnapshot,
)
from jobsys.testing.metrics import leased
from jobsys.testing.suites.metrics import of
from jobsys.testing.virtual_clock import START
from tests.support.scrape import scraped

PROCESS = Path(__file__).with_name("process.py")


Shared = Callable[[], tuple[MemoryJobMetrics, SharedFiles]]


@pytest.fixture
async def shared(tmp_path: Path) -> AsyncIterator[Shared]:
    """Makes metrics that share one folder."""
    made: list[SharedFiles] = []

    def make() -> tuple[MemoryJobMetrics, SharedFiles]:
        metrics = MemoryJobMetrics()
        made.append(SharedFiles(metrics, "jobsys", tmp_path))
        return metrics, made[-1]

    yield make
    for files in made:
        await files.stop()


def worker(folder: Path, jobs: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(PROCESS), str(jobs)],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


async def test_the_totals_of_two_processes_add_up_in_one_scrape(
    tmp_path: Path, shared: Shared
) -> None:
    processes = [worker(tmp_path, jobs) for jobs in (3, 4)]
    for process in processes:
        await asyncio.to_thread(process.communicate, timeout=60)
        assert process.returncode == 0
    _, files = shared()
    seen = scraped(files.registry)
    assert seen.number(PROCESSED, "greet", "completed") == 7
    assert seen.number(ENQUEUED, "greet", "normal") == 7
    assert seen.distribution(DURATION, "greet").count == 7
    assert "jobs_custom_mood" not in seen.readings


async def test_one_that_still_runs_is_seen_within_moments(tmp_path: Path, shared: Shared) -> None:
    running = worker(tmp_path, 2)
    _, files = shared()

    def seen() -> MetricsSnapshot:
        return scraped(files.registry)

    try:
        async with asyncio.timeout(60):
            while seen().number(PROCESSED, "greet", "completed") < 2:  # noqa: ASYNC110 (other process)
                await asyncio.sleep(0.05)
        assert seen().readings["jobs_custom_mood"].numbers == {(): 1}
        assert seen().number(ACTIVE_WORKERS) == 0
    finally:
        await asyncio.to_thread(running.communicate, timeout=60)
    assert "jobs_custom_mood" not in seen().readings


def test_numbers_add_up_and_a_gauge_of_a_backend_is_the_latest(shared: Shared) -> None:
    (one, ones), (two, twos) = shared(), shared()
    for metrics, number in ((one, 3), (two, 5)):
        metrics.set_active_workers(number)
        metrics.set_worker_slots(10)
        metrics.settled([leased().succeeded(None)], START)
        metrics.observe_job_duration("greet", number)
        metrics.set_queue_sizes({"emails": {JobPriority.LOW: number}})
    ones.write()
    twos.write()
    one.observe_job_duration("greet", 0.5)
    seen = scraped(ones.registry)
    assert seen.number(PROCESSED, "greet", "completed") == 2
    assert seen.distribution(DURATION, "greet") == of(3, 5, 0.5)
    assert seen.number(ACTIVE_WORKERS) == 8
    assert seen.number(WORKER_SLOTS) == 20
    assert seen.number(QUEUE_SIZE, "emails", "low") == 5
    two.set_queue_sizes({})
    twos.write()
    assert scraped(ones.registry).number(QUEUE_SIZE, "emails", "low") == 3


async def test_a_stop_leaves_the_totals_and_takes_the_gauges_along_and_a_start_goes_on(
    shared: Shared,
) -> None:
    metrics, files = shared()
    for _ in range(2):
        await files.start()
        await files.start()
        metrics.set_active_workers(3)
        metrics.increment_jobs_processed("greet", success=True)
        await files.stop()
        await files.stop()
    _, others = shared()
    seen = scraped(others.registry)
    assert seen.number(PROCESSED, "greet", "completed") == 2
    assert seen.number(ACTIVE_WORKERS) == 0


async def test_a_folder_that_is_gone_costs_a_warning(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    shared: Shared,
) -> None:
    monkeypatch.setattr("jobsys.adapters.prometheus.shared_files.WRITE_EVERY", 0.001)
    metrics, files = shared()
    await files.start()
    shutil.rmtree(tmp_path)
    metrics.increment_jobs_processed("greet", success=True)
    async with asyncio.timeout(10):
        while "cannot be shared" not in caplog.text:  # noqa: ASYNC110 (a log line)
            await asyncio.sleep(0.001)


def test_a_folder_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigurationError, match="unset PROMETHEUS_MULTIPROC_DIR"):
        Settings()
