"""What a child process makes of an order, tried in this one."""

import json
import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from jobsys import BaseJob, JobContext
from jobsys.adapters.system.clock import SystemClock
from jobsys.application.child_context import RelayedLog
from jobsys.application.child_work import HandlerWork
from jobsys.application.errand_texts import Facts
from jobsys.application.handlers import HandlerRegistry
from jobsys.domain.errors import JobTimeout
from jobsys.domain.factory import JobFactory
from jobsys.domain.upcasting import Upcasters
from jobsys.ports.process_runner import ParentLine


class Pay(BaseJob):
    """Was told in euros before version 2."""

    version = 2
    upcasters: ClassVar[Upcasters] = {1: lambda old: {"cents": int(str(old["euros"])) * 100}}

    cents: int


class Heard(ParentLine):
    """Keeps what is told."""

    def __init__(self) -> None:
        self.notes: list[dict[str, object]] = []

    def tell(self, note: bytes) -> None:
        self.notes.append(json.loads(note))

    def news(self) -> Sequence[bytes]:
        return ()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def work(heard: Heard) -> Iterator[HandlerWork]:
    """Returns work that has begun, and restores the loggers of this process."""
    handlers = HandlerRegistry(JobFactory())

    @handlers.handles(Pay)
    def pay(job: Pay, context: JobContext) -> int:
        context.log.info("paid %s", job.cents)
        return job.cents

    loggers = [logging.getLogger(name) for name in ("", "jobsys", "jobsys.job")]
    levels, kept = [logger.level for logger in loggers], logging.getLogger().handlers
    made = HandlerWork(handlers, SystemClock())
    made.begin(heard)
    yield made
    logging.getLogger().handlers = kept
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def order(version: int, payload: bytes) -> bytes:
    facts = Facts(
        job_id="here:1",
        job_type=Pay.job_type,
        version=version,
        attempt=1,
        max_attempts=1,
        fencing_token=1,
        deadline=datetime.now(UTC),
        max_result=1000,
        log_level=logging.INFO,
    )
    return facts.model_dump_json().encode() + b"\n" + payload


def test_a_child_reads_what_a_worker_with_an_older_class_has_written(work: HandlerWork) -> None:
    assert work.carry_out(order(1, b'{"euros":5}')).text == b"+500"


def test_a_child_whose_class_is_older_says_so(work: HandlerWork) -> None:
    answer = work.carry_out(order(3, b'{"cents":5}'))
    assert b"'pay' is known here up to version 2, not 3" in answer.text


def test_a_child_sends_the_lines_that_its_worker_wants_however_quiet_the_application_is(
    work: HandlerWork, heard: Heard
) -> None:
    logging.getLogger("jobsys").setLevel(logging.WARNING)
    work.carry_out(order(2, b'{"cents":7}'))
    assert [note["line"] for note in heard.notes] == [
        {"logger": "jobsys.job", "level": logging.INFO, "text": "paid 7"}
    ]


def test_the_notice_that_time_is_short_goes_through_a_line_that_is_being_logged() -> None:
    class Interrupted:
        def __str__(self) -> str:
            raise JobTimeout("a signal came here")

    record = logging.LogRecord("app", logging.INFO, "here", 1, "%s", (Interrupted(),), None)
    with pytest.raises(JobTimeout):
        RelayedLog().emit(record)
