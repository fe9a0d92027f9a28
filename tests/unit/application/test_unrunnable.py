"""Jobs that cannot run as they are: unreadable, or of a kind that no handler here knows."""

from datetime import timedelta
from typing import ClassVar, Self

import pytest
from pydantic import model_validator

from jobsys.domain.base_job import BaseJob
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.upcasting import Upcasters
from jobsys.ports.job_handler import JobContext
from tests.support.bench import Bench, Greet

HOUR = timedelta(hours=1)


async def handler(job: BaseJob, context: JobContext) -> None:
    """Does nothing."""


@pytest.mark.parametrize("raw", [b"\xff\x00 no envelope", b'{"type":"greet"}\nnot json', b""])
async def test_an_unreadable_job_is_buried_with_its_bytes_kept(bench: Bench, raw: bytes) -> None:
    bench.handlers.register(Greet, _Handler)
    job_id = await bench.service.submit(Greet())
    bench.store.queue("default").jobs[job_id.key].raw = raw
    record = await bench.settled(await bench.ran(await bench.claimed()))
    assert (record.status, record.standing.reason) == (JobStatus.FAILED, Reason.CORRUPT)
    assert bench.store.queue("default").jobs[job_id.key].raw == raw
    assert record.errors


async def test_a_job_whose_bytes_are_gone_is_buried_as_such(bench: Bench) -> None:
    job_id = await bench.service.submit(Greet())
    bench.store.queue("default").jobs[job_id.key].raw = None
    record = await bench.settled(await bench.ran(await bench.claimed()))
    assert (record.status, record.standing.reason) == (JobStatus.FAILED, Reason.PAYLOAD_MISSING)


class Moody(BaseJob):
    @model_validator(mode="after")
    def _check(self) -> Self:
        if moody:
            raise KeyError("today I do not like this job")
        return self


moody: list[str] = []


async def test_a_job_that_its_classs_validator_chokes_on_is_buried(bench: Bench) -> None:
    bench.handlers.handles(Moody)(handler)
    lease = await bench.leased(Moody())
    moody.append("from now on")
    record = await bench.settled(await bench.ran(lease))
    moody.clear()
    assert (record.status, record.errors[0].type) == (JobStatus.FAILED, "KeyError")


@pytest.mark.parametrize("knows_the_class", [True, False])
async def test_a_job_without_a_handler_here_is_held_for_other_workers(
    bench: Bench, knows_the_class: bool
) -> None:
    if knows_the_class:
        bench.factory.register(Greet)
    record = await bench.carried_out(Greet())
    assert (record.status, record.standing.reason) == (JobStatus.SCHEDULED, Reason.UNROUTABLE)
    assert (record.attempts, record.errors) == (0, ())
    assert record.standing.due_at == bench.clock.now() + timedelta(seconds=0.1)


async def test_the_longer_a_job_is_held_the_rarer_a_worker_that_lacks_it_is_asked(
    bench: Bench,
) -> None:
    lease = await bench.leased(Greet())
    pauses: list[float] = []
    for held_for in (0, 2, 20, 200):
        bench.clock.advance(timedelta(seconds=held_for))
        await bench.queue.tick(["default"], 10)
        lease = await bench.claimed() if held_for else lease
        record = await bench.settled(await bench.ran(lease))
        assert record.standing.due_at is not None
        pauses.append((record.standing.due_at - bench.clock.now()).total_seconds())
    assert pauses == [0.1, 0.2, 2.2, 5]


async def test_what_is_held_is_told_once_a_minute_for_each_type_and_version(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    class NewGreet(Greet):
        job_type = "greet"
        version = 2

    bench.handlers.handles(Greet)(handler)
    for job in (Moody(), Moody(), NewGreet(), NewGreet()):
        await bench.carried_out(job)
    bench.clock.advance(timedelta(seconds=59))
    await bench.carried_out(Moody())
    told = [line.getMessage() for line in caplog.records]
    assert len(told) == 2
    assert "'moody' is not registered; known: greet; register its type with a handler" in told[0]
    assert "'greet' is known here up to version 1, not 2" in told[1]
    bench.clock.advance(timedelta(seconds=1))
    await bench.carried_out(Moody())
    assert len(caplog.records) == 3
    assert {line.levelname for line in caplog.records} == {"WARNING"}


async def test_a_job_of_a_newer_version_is_held_for_workers_that_know_it(bench: Bench) -> None:
    class NewGreet(Greet):
        job_type = "greet"
        version = 2

    bench.handlers.handles(Greet)(handler)
    record = await bench.carried_out(NewGreet())
    assert (record.status, record.standing.reason) == (JobStatus.SCHEDULED, Reason.UNROUTABLE)


async def test_a_job_whose_upcaster_fails_is_buried_with_its_bytes_kept(bench: Bench) -> None:
    def failing(old: dict[str, object]) -> dict[str, object]:
        raise LookupError("no such photo")

    class NewGreet(Greet):
        job_type = "greet"
        version = 2
        upcasters: ClassVar[Upcasters] = {1: failing}

    bench.handlers.handles(NewGreet)(handler)
    record = await bench.carried_out(Greet())
    assert (record.status, record.standing.reason) == (JobStatus.FAILED, Reason.CORRUPT)
    assert (record.payload, record.header.version) == (b'{"name":"Ada"}', 1)
    assert "the upcaster of version 1: LookupError('no such photo')" in record.errors[0].message


async def test_a_job_that_nobody_knew_for_too_long_becomes_a_dead_letter(bench: Bench) -> None:
    lease = await bench.leased(Greet())
    for _ in range(2):
        record = await bench.settled(await bench.ran(lease))
        assert record.status is JobStatus.SCHEDULED
        bench.clock.advance(HOUR / 2)
        await bench.queue.tick(["default"], 10)
        lease = await bench.claimed()
    record = await bench.settled(await bench.ran(lease))
    assert (record.status, record.standing.reason) == (JobStatus.FAILED, Reason.UNROUTABLE)
    assert "greet" in record.errors[0].message


class _Handler:
    async def execute(self, job: Greet, context: JobContext) -> None: ...
