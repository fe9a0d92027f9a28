"""Lines that handlers log find their way to the jobs' logs, and hold nobody up."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from time import monotonic

import pytest

from jobsys.adapters.memory.job_logs import MemoryJobLogs
from jobsys.adapters.memory.store import MemoryStore
from jobsys.application import log_sender
from jobsys.application.execution import JobExecutor
from jobsys.application.execution_options import ExecutionOptions
from jobsys.application.handler_logger import HandlerLogger
from jobsys.application.log_sender import MOST_WAITING, LogSender
from jobsys.domain.errors import JobsysError
from jobsys.domain.lease import Lease
from jobsys.domain.log_line import LogLine
from jobsys.ports.errors import QueueDamaged, QueueUnavailable
from jobsys.ports.job_handler import JobContext
from jobsys.testing.until import until
from jobsys.testing.virtual_clock import VirtualClock
from tests.support.bench import Bench, Greet

CLOCK = VirtualClock()


class Backend(MemoryJobLogs):
    """Logs that fail when a test says so, before they take the lines or after it."""

    def __init__(self) -> None:
        super().__init__(MemoryStore(), CLOCK)
        self.fails_with: JobsysError | None = None
        self.takes_all_the_same = False
        self.calls = 0

    async def append(self, lines: Sequence[LogLine]) -> None:
        self.calls += 1
        if self.fails_with is None or self.takes_all_the_same:
            await super().append(lines)
        if self.fails_with is not None:
            raise self.fails_with


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
async def lines(backend: Backend) -> AsyncIterator[LogSender]:
    lines = LogSender(lambda: backend, CLOCK)
    await lines.start()
    yield lines
    await lines.stop()


@pytest.fixture
async def lease() -> Lease:
    return await Bench().leased(Greet())


@pytest.fixture
def logger(lines: LogSender, lease: Lease) -> HandlerLogger:
    return HandlerLogger(logging.getLogger("jobsys.job"), lease, lines)


async def kept(backend: Backend, lease: Lease) -> list[str]:
    page = await backend.read(lease.record.id, limit=10 * MOST_WAITING)
    return [line.text for line in page.lines]


async def test_nothing_runs_while_nobody_logs(backend: Backend, lines: LogSender) -> None:
    bench, before = Bench(), asyncio.all_tasks()

    @bench.handlers.handles(Greet)
    async def greet(job: Greet, context: JobContext) -> str:
        return job.name

    options = ExecutionOptions(lines=lines)
    executor = JobExecutor(bench.handlers, bench.metrics, bench.clock, options)
    await executor.begin(await bench.leased(Greet())).run()
    assert asyncio.all_tasks() == before
    assert backend.calls == 0


async def test_lines_go_together_a_moment_later(
    backend: Backend, logger: HandlerLogger, lease: Lease
) -> None:
    for number in range(20):
        logger.info("line %d", number)
    assert backend.calls == 0
    await until(lambda: backend.calls)
    assert await kept(backend, lease) == [f"line {number}" for number in range(20)]
    assert backend.calls == 1


async def test_once_all_are_sent_nothing_runs_any_more(
    backend: Backend, logger: HandlerLogger
) -> None:
    before = asyncio.all_tasks()
    logger.info("first")
    await until(lambda: backend.calls == 1 and asyncio.all_tasks() == before)
    logger.info("second")
    await until(lambda: backend.calls == 2 and asyncio.all_tasks() == before)


async def test_lines_wait_for_a_backend_that_is_away(
    backend: Backend, logger: HandlerLogger, lease: Lease
) -> None:
    backend.fails_with = QueueUnavailable("away")
    logger.info("first")
    await until(lambda: backend.calls)
    logger.info("second")
    backend.fails_with = None
    await until(lambda: backend.calls == 3)
    assert await kept(backend, lease) == ["first", "second"]


async def test_a_batch_whose_answer_was_lost_is_there_once(
    backend: Backend, logger: HandlerLogger, lease: Lease
) -> None:
    backend.fails_with, backend.takes_all_the_same = QueueUnavailable("lost"), True
    logger.info("first")
    logger.info("second")
    await until(lambda: backend.calls == 1)
    logger.info("third")
    backend.fails_with = None
    await until(lambda: backend.calls == 3)
    assert await kept(backend, lease) == ["first", "second", "third"]


async def test_of_too_many_that_wait_the_oldest_are_lost_and_that_is_said_once(
    backend: Backend,
    lines: LogSender,
    logger: HandlerLogger,
    lease: Lease,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for number in range(MOST_WAITING + 5):
        logger.info("%d", number)
    await lines.stop()
    assert lines.lost == 5
    last = MOST_WAITING + 4
    assert (await kept(backend, lease))[-1] == str(last)
    told = [record for record in caplog.records if record.name == log_sender.log.name]
    assert [record.levelname for record in told] == ["WARNING"]


async def test_damage_costs_the_batch_and_not_the_next_one(
    backend: Backend, lines: LogSender, logger: HandlerLogger, lease: Lease
) -> None:
    backend.fails_with = QueueDamaged("foreign")
    logger.info("first")
    await until(lambda: lines.lost == 1)
    backend.fails_with = None
    logger.info("second")
    await until(lambda: backend.calls == 2)
    assert await kept(backend, lease) == ["second"]


async def test_the_stop_sends_what_waits(
    backend: Backend, lines: LogSender, logger: HandlerLogger, lease: Lease
) -> None:
    logger.info("the last word")
    await lines.stop()
    assert await kept(backend, lease) == ["the last word"]
    logger.info("nobody keeps this")
    assert await kept(backend, lease) == ["the last word"]


async def test_the_stop_does_not_wait_for_a_backend_that_is_away(
    backend: Backend, lines: LogSender, logger: HandlerLogger, caplog: pytest.LogCaptureFixture
) -> None:
    backend.fails_with = QueueUnavailable("away")
    logger.info("lost")
    begun = monotonic()
    await lines.stop()
    assert monotonic() - begun < 5
    assert lines.lost == 1
    assert "the backend does not take them" in caplog.text


async def test_it_can_be_started_again(
    backend: Backend, lines: LogSender, logger: HandlerLogger, lease: Lease
) -> None:
    logger.info("first run")
    await lines.stop()
    await lines.start()
    logger.info("second run")
    await lines.stop()
    assert await kept(backend, lease) == ["first run", "second run"]


async def test_lines_of_threads_are_kept_in_their_order(
    backend: Backend, lines: LogSender, logger: HandlerLogger, lease: Lease
) -> None:
    def work() -> None:
        for number in range(100):
            logger.info("%d", number)

    await asyncio.to_thread(work)
    await lines.stop()
    assert await kept(backend, lease) == [str(number) for number in range(100)]


async def test_a_line_that_cannot_be_written_fails_nothing(
    backend: Backend, lines: LogSender, logger: HandlerLogger, lease: Lease
) -> None:
    class Untold:
        def __str__(self) -> str:
            raise ValueError("I am not told")

    logging.getLogger("jobsys.job").setLevel(logging.CRITICAL)
    try:
        logger.info(Untold())
        logger.info("%d", "no number")
        logger.info("after")
    finally:
        logging.getLogger("jobsys.job").setLevel(logging.NOTSET)
    await lines.stop()
    assert await kept(backend, lease) == ["after"]


async def test_an_exception_is_kept_with_its_traceback(
    backend: Backend, lines: LogSender, logger: HandlerLogger, lease: Lease
) -> None:
    try:
        raise LookupError("no such row")
    except LookupError as error:
        logger.exception("import failed")
        logger.warning("once more", exc_info=error)
    await lines.stop()
    [first, second] = await kept(backend, lease)
    assert first.startswith("import failed\nTraceback")
    assert second.startswith("once more\nTraceback")
    assert first.endswith("LookupError: no such row")


async def test_secrets_are_masked(
    backend: Backend, lines: LogSender, logger: HandlerLogger, lease: Lease
) -> None:
    logger.info("password=%s", "hunter2")
    await lines.stop()
    assert await kept(backend, lease) == ["password=***"]


async def test_what_the_log_does_not_write_is_kept_all_the_same(
    backend: Backend, lines: LogSender, logger: HandlerLogger, lease: Lease
) -> None:
    logging.getLogger("jobsys.job").setLevel(logging.ERROR)
    try:
        assert logger.isEnabledFor(logging.INFO)
        assert not logger.isEnabledFor(logging.DEBUG)
        logger.info("kept")
        logger.debug("too small")
    finally:
        logging.getLogger("jobsys.job").setLevel(logging.NOTSET)
    await lines.stop()
    assert await kept(backend, lease) == ["kept"]


async def test_a_line_in_the_log_names_the_place_in_the_handler(
    logger: HandlerLogger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    logger.info("here")
    logger.log(logging.INFO, "and here")
    assert {record.filename for record in caplog.records} == {"test_log_sender.py"}
    assert {record.funcName for record in caplog.records} == {
        "test_a_line_in_the_log_names_the_place_in_the_handler"
    }
