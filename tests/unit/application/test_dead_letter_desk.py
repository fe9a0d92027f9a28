"""Processors of dead letters: each is called with its own."""

import threading
from collections.abc import AsyncIterator

import pytest

from jobsys.application.dead_letter_context import DeadLetterContext
from jobsys.domain.dead_letter import EVERY_DEAD_LETTER, DeadLetterFilter
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus
from tests.support.bench import Bench, Greet
from tests.support.office import Office
from tests.support.workshop import until


@pytest.fixture
async def office(bench: Bench) -> AsyncIterator[Office]:
    office = Office(bench)
    yield office
    await office.close()


@pytest.fixture
async def told_office(bench: Bench) -> AsyncIterator[Office]:
    """One whose alerts go to people."""
    office = Office(bench, tells_people=True)
    yield office
    await office.close()


async def test_a_processor_gets_the_record_of_each_dead_letter_of_its_own(office: Office) -> None:
    every, own = list[JobRecord](), list[JobRecord]()

    @office.desk.on(EVERY_DEAD_LETTER)
    async def first(record: JobRecord, letter: DeadLetterContext) -> None:
        every.append(record)

    @office.desk.on(DeadLetterFilter(queue="mails", reason="exhausted", error="KeyError"))
    async def second(record: JobRecord, letter: DeadLetterContext) -> None:
        own.append(record)

    await office.open()
    ids = [
        await office.bury(),
        await office.bury("KeyError"),
        await office.bury("KeyError", "mails"),
    ]
    await until(lambda: len(every) == 3 and own)
    assert [record.id for record in every] == ids
    assert [record.id for record in own] == ids[2:]
    assert own[0] == await office.bench.service.get(ids[2])


async def test_a_job_that_did_not_fail_for_good_concerns_nobody(office: Office) -> None:
    seen = list[JobRecord]()

    @office.desk.on(EVERY_DEAD_LETTER)
    def processor(record: JobRecord, letter: DeadLetterContext) -> None:
        seen.append(record)

    await office.open()
    lease = await office.bench.leased(Greet())
    office.reporter.settled([lease.succeeded(None), lease.released()])
    dead = await office.bury()
    await until(lambda: seen)
    assert [record.id for record in seen] == [dead]


async def test_a_dead_letter_that_somebody_replayed_meanwhile_is_left_alone(
    office: Office,
) -> None:
    seen = list[JobId]()

    @office.desk.on(EVERY_DEAD_LETTER)
    async def processor(record: JobRecord, letter: DeadLetterContext) -> None:
        seen.append(record.id)

    await office.open()
    replayed = await office.bury()
    await office.bench.service.retry(replayed)
    await office.bench.service.cancel(replayed)
    dead = await office.bury()
    await until(lambda: seen)
    assert seen == [dead]


async def test_a_processor_can_resubmit_with_other_fields_and_alert(office: Office) -> None:
    @office.desk.on(EVERY_DEAD_LETTER)
    async def processor(record: JobRecord, letter: DeadLetterContext) -> None:
        letter.alert("medium", f"{record.id.key} is tried again")
        await letter.resubmit({"name": "Bob"})

    await office.open()
    job_id = await office.bury()
    await until(lambda: office.sink.sent)
    lease = await office.bench.claimed()
    assert (lease.record.id, lease.record.payload) == (job_id, b'{"name":"Bob"}')
    [alert] = office.sink.sent
    assert (alert.severity, alert.job_id, alert.cause.error) == ("medium", job_id, "ValueError")


async def test_a_processor_can_resubmit_as_it_was(office: Office) -> None:
    @office.desk.on(EVERY_DEAD_LETTER)
    async def processor(record: JobRecord, letter: DeadLetterContext) -> None:
        await letter.resubmit()

    await office.open()
    job_id = await office.bury()
    await until(lambda: office.bench.store.queues["default"].now[JobStatus.QUEUED])
    assert len((await office.bench.service.get(job_id)).errors) == 1


async def test_a_plain_function_is_called_in_a_thread_and_may_alert(office: Office) -> None:
    @office.desk.on(EVERY_DEAD_LETTER)
    def processor(record: JobRecord, letter: DeadLetterContext) -> None:
        letter.alert("low", threading.current_thread().name)

    await office.open()
    await office.bury()
    await until(lambda: office.sink.sent)
    assert office.sink.sent[0].text != threading.main_thread().name


async def test_where_alerts_go_to_people_those_that_no_processor_takes_are_alerts(
    told_office: Office,
) -> None:
    @told_office.desk.on(DeadLetterFilter(queue="mails"))
    async def processor(record: JobRecord, letter: DeadLetterContext) -> None:
        letter.alert("low", "known")

    await told_office.open()
    await told_office.bury(queue="mails")
    await told_office.bury("KeyError")
    await until(lambda: len(told_office.sink.sent) == 2)
    told = {one.cause.queue: (one.severity, one.text) for one in told_office.sink.sent}
    assert told == {"mails": ("low", "known"), "default": ("high", "KeyError: by KeyError")}
