"""The lines that tell of a job, as operators search for them."""

import logging
from collections.abc import Iterator

import pytest

from jobsys.application.execution_log import log
from jobsys.domain.base_job import BaseJob
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobStatus, Reason
from jobsys.ports.job_handler import JobContext
from jobsys.ports.worker_pool import StopReason
from tests.support.bench import Bench


class ImageProcessing(BaseJob):
    retry = RetryPolicy(max_attempts=3)


@pytest.fixture(autouse=True)
def _at_info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "jobsys")


def fails(bench: Bench) -> None:
    @bench.handlers.handles(ImageProcessing)
    async def handler(job: ImageProcessing, context: JobContext) -> None:
        raise ValueError("no picture")


def succeeds(bench: Bench) -> None:
    @bench.handlers.handles(ImageProcessing)
    async def handler(job: ImageProcessing, context: JobContext) -> None:
        context.log.info("halfway")


async def lived(bench: Bench, attempts: int) -> None:
    """Runs a job through so many attempts."""
    lease = await bench.leased(ImageProcessing(), key="k")
    for number in range(attempts):
        await bench.settled(await bench.ran(lease))
        if number < attempts - 1:
            bench.clock.advance(ImageProcessing.retry.cap)
            await bench.queue.tick(["default"], 10)
            lease = await bench.claimed()


async def test_a_retry_and_the_last_failure_are_told_in_words_that_can_be_searched_for(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    fails(bench)
    await lived(bench, 3)
    told = [(r.levelname, r.getMessage()) for r in caplog.records if r.levelno > logging.INFO]
    cause = "default:k: ValueError: no picture"
    assert told == [
        ("WARNING", f"Retrying image processing job (attempt 1/3): {cause}"),
        ("WARNING", f"Retrying image processing job (attempt 2/3): {cause}"),
        ("ERROR", f"Image processing job failed after 3 attempts: {cause}"),
    ]


async def test_start_and_end_of_a_job_are_told_with_its_id(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    succeeds(bench)
    await lived(bench, 1)
    begun, _, ended = [record.getMessage() for record in caplog.records]
    assert begun == "Starting image processing job (attempt 1/3): default:k"
    assert ended.startswith("Completed image processing job in 0.0")
    assert ended.endswith("s: default:k")


async def test_every_line_of_a_job_carries_its_ids(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    succeeds(bench)
    await lived(bench, 1)
    assert len(caplog.records) == 3
    for record in caplog.records:
        assert {"job_id": "default:k", "attempt": 1, "queue": "default"}.items() <= vars(
            record
        ).items()
        assert "worker" in vars(record)


async def test_a_job_that_gives_way_is_told_to_have_stopped(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    succeeds(bench)
    attempt = bench.executor.begin(await bench.leased(ImageProcessing(), key="k"))
    attempt.stop(StopReason.SHUTDOWN)
    await attempt.run()
    assert caplog.records[-1].getMessage().startswith("Stopped (queued) image processing job")


async def test_a_job_that_can_never_run_is_an_error_in_the_log(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    class Other(ImageProcessing):
        job_type = "image_processing"
        width: int

    bench.handlers.handles(Other)(lambda job, context: None)
    record = await bench.carried_out(ImageProcessing(), key="k")
    assert record.standing.reason is Reason.CORRUPT
    [line] = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert line.startswith("Job default:k cannot be run: InvalidJob: ")


async def test_at_the_level_of_production_a_good_job_writes_nothing(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "jobsys")
    succeeds(bench)
    await lived(bench, 1)
    assert caplog.records == []


class Broken(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise OSError("no space left on device")


@pytest.fixture
def _broken_log() -> Iterator[None]:
    handler = Broken()
    log.addHandler(handler)
    yield
    log.removeHandler(handler)


@pytest.mark.usefixtures("_broken_log")
async def test_a_log_that_fails_ends_no_job(bench: Bench) -> None:
    succeeds(bench)
    record = await bench.carried_out(ImageProcessing())
    assert (record.status, record.attempts) == (JobStatus.COMPLETED, 0)
