"""Editing a dead letter: checked as a submit is, and never over somebody else's edit."""

from datetime import timedelta

import pytest

from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import (
    IllegalTransition,
    InvalidJob,
    JobNotFound,
    PayloadChanged,
    PayloadTooLarge,
    UnknownJobType,
)
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobStatus
from jobsys.domain.validator import JobValidator
from tests.support.bench import Bench, Greet
from tests.support.dead_letters import bury


class Welcome(BaseJob):
    """What a job of another type is made of."""

    version = 4
    guests: int


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.factory.register(Greet)
    bench.factory.register(Welcome)
    return bench


async def test_an_edited_job_keeps_what_its_submit_chose(bench: Bench) -> None:
    retry = RetryPolicy(max_attempts=9)
    job_id = await bury(bench, retry=retry, timeout=timedelta(seconds=7), priority="high")
    before = await bench.service.get(job_id)
    await bench.service.dead_letters.edit(job_id, {"name": "Bob"}, seen=before.payload)
    after = await bench.service.get(job_id)
    assert after.payload.as_dict() == {"name": "Bob"}
    assert (after.header, after.header.retry, after.priority) == (
        before.header,
        retry,
        before.priority,
    )
    assert after.errors[-1].message == '{"name":"Ada"}'


async def test_a_job_can_be_made_one_of_another_type(bench: Bench) -> None:
    job_id = await bury(bench, retry=RetryPolicy(max_attempts=9))
    seen = (await bench.service.get(job_id)).payload
    letters = bench.service.dead_letters
    await letters.edit(job_id, {"guests": 3}, seen=seen, job_type="Welcome")
    header = (await bench.service.get(job_id)).header
    assert (header.type, header.version) == ("welcome", 4)
    assert header.line.startswith(b'{"type":"welcome","version":4,"retry":{"max_attempts":9,')


async def test_a_payload_is_checked_as_that_of_a_submit_is(bench: Bench) -> None:
    job_id = await bury(bench)
    seen = (await bench.service.get(job_id)).payload
    letters = bench.service_with(bench.queue, JobValidator(max_bytes=100)).dead_letters
    with pytest.raises(InvalidJob, match=r"greet: nmae: .*"):
        await letters.edit(job_id, {"nmae": "Bob"}, seen=seen)
    with pytest.raises(PayloadTooLarge, match="limit of 100"):
        await letters.edit(job_id, {"name": "B" * 100}, seen=seen)
    with pytest.raises(UnknownJobType, match="greet"):
        await letters.edit(job_id, {}, seen=seen, job_type="greeet")
    assert (await bench.service.get(job_id)).payload == seen


async def test_two_editors_do_not_overwrite_each_other_unknowingly(bench: Bench) -> None:
    job_id, letters = await bury(bench), bench.service.dead_letters
    seen = (await bench.service.get(job_id)).payload
    await letters.edit(job_id, {"name": "mine"}, seen=seen)
    with pytest.raises(PayloadChanged, match="not the one that you saw"):
        await letters.edit(job_id, {"name": "yours"}, seen=seen)
    now = (await bench.service.get(job_id)).payload
    assert now.as_dict() == {"name": "mine"}
    await letters.edit(job_id, {"name": "yours"}, seen=now)


async def test_an_edit_whose_answer_was_lost_can_be_repeated(bench: Bench) -> None:
    job_id, letters = await bury(bench), bench.service.dead_letters
    seen = (await bench.service.get(job_id)).payload
    for _ in range(2):
        await letters.edit(job_id, {"name": "Bob"}, seen=seen)
    assert len((await bench.service.get(job_id)).errors) == 2


async def test_only_a_failed_or_cancelled_job_is_edited(bench: Bench) -> None:
    job_id, letters = await bench.service.submit(Greet()), bench.service.dead_letters
    seen = (await bench.service.get(job_id)).payload
    with pytest.raises(IllegalTransition, match="is queued: only a failed or cancelled"):
        await letters.edit(job_id, {}, seen=seen)
    with pytest.raises(JobNotFound):
        await letters.edit("default:nobody", {}, seen=seen)
    await bench.service.cancel(job_id)
    await letters.edit(job_id, {"name": "Bob"}, seen=seen)
    assert (await bench.service.get(job_id)).status is JobStatus.CANCELLED


async def test_bytes_that_cannot_be_read_are_mended_by_an_edit_that_names_the_type(
    bench: Bench,
) -> None:
    job_id, letters = await bury(bench), bench.service.dead_letters
    bench.store.queues["default"].jobs[job_id.key].raw = b"half a head\xff"
    seen = (await bench.service.get(job_id)).payload
    with pytest.raises(InvalidJob, match="do not say its type"):
        await letters.edit(job_id, {"name": "Bob"}, seen=seen)
    await letters.edit(job_id, {"name": "Bob"}, seen=seen, job_type="greet")
    record = await bench.service.get(job_id)
    assert (record.job_type, record.damage, record.payload) == ("greet", None, b'{"name":"Bob"}')
    assert record.errors[-1].message == "half a head\\xff"
