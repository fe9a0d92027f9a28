"""A job that blocks the event loop of the others is told of while it does so, from beside it."""

import logging
from collections.abc import AsyncIterator, Callable
from time import monotonic, sleep

import pytest

from jobsys.application import loop_watch
from jobsys.domain.base_job import BaseJob
from jobsys.domain.status import JobStatus
from jobsys.ports.job_handler import JobContext
from tests.support.workshop import Workshop, until

BLOCKED = "the event loop has been blocked"
OVER = "the event loop goes on"


class Spin(BaseJob):
    """Blocks the event loop until the log says so, and for a while after that."""


class Nap(BaseJob):
    """Blocks the thread that it runs in."""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Makes a quarter of a second a blockage, and has everything told."""
    monkeypatch.setattr(loop_watch, "LOOKS_EVERY", 0.05)
    caplog.set_level(logging.INFO, "jobsys.worker")


@pytest.fixture
async def shop(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Workshop]:
    shop = Workshop()

    @shop.container.handles(Spin)
    async def spin(job: Spin, context: JobContext) -> None:
        before = len(told(caplog, BLOCKED))
        block(lambda: len(told(caplog, BLOCKED)) > before)
        block_for(0.3)

    @shop.container.handles(Nap)
    def nap(job: Nap, context: JobContext) -> None:
        sleep(0.6)

    async with shop.open():
        yield shop


def block(is_over: Callable[[], object]) -> None:
    """Keeps the event loop in which it is called from going on until something is so."""
    end = monotonic() + 10
    while not is_over():
        assert monotonic() < end, "it never was"


def block_for(seconds: float) -> None:
    end = monotonic() + seconds
    block(lambda: monotonic() > end)


async def done(shop: Workshop, job: BaseJob) -> str:
    """Returns the id of a job once it has been done."""
    job_id = await shop.service.submit(job)
    assert (await shop.outcome(job_id)).status is JobStatus.COMPLETED
    return job_id


def told(caplog: pytest.LogCaptureFixture, words: str) -> list[logging.LogRecord]:
    return [record for record in caplog.records if words in record.getMessage()]


async def test_a_job_that_blocks_is_named_with_its_line_while_it_does_so_and_once_each_time(
    shop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = [await done(shop, Spin()) for _ in range(2)]
    await until(lambda: len(told(caplog, OVER)) == 2)
    warnings = told(caplog, BLOCKED)
    assert [warning.levelname for warning in warnings] == ["WARNING"] * 2
    for job, warning in zip(jobs, warnings, strict=True):
        assert f"by job {job}, at {__file__}:" in warning.getMessage()
        assert ".spin: " in warning.getMessage()
    for over in told(caplog, OVER):
        assert over.levelname == "INFO"
        assert float(over.getMessage().split()[-2]) >= 0.3


async def test_where_several_jobs_run_their_number_is_told_and_the_line_that_blocks(
    shop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.gate.clear()
    waits = await shop.submit("a", "b")
    await until(lambda: shop.running == 2)
    await done(shop, Spin())
    shop.gate.set()
    for job in waits:
        await shop.outcome(job)
    [warning] = told(caplog, BLOCKED)
    assert f"by one of 3 jobs, at {__file__}:" in warning.getMessage()


async def test_no_job_is_blamed_for_what_another_part_of_the_program_blocks(
    shop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.gate.clear()
    [waits] = await shop.submit("a")
    await until(lambda: shop.running == 1)
    block(lambda: told(caplog, BLOCKED))
    shop.gate.set()
    await shop.outcome(waits)
    assert f"by what is no job, at {__file__}:" in told(caplog, BLOCKED)[0].getMessage()


async def test_a_job_that_blocks_a_thread_of_its_own_is_not_told_of(
    shop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    await done(shop, Nap())
    assert told(caplog, BLOCKED) == []


async def test_what_blocks_while_no_job_runs_is_not_told_of(
    shop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    assert shop.container.worker().is_ready
    block_for(0.6)
    assert told(caplog, BLOCKED) == []
