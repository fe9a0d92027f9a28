"""Processors of dead letters that raise, hang or are too slow; and what nobody may miss."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from jobsys.application import dead_letter_desk as module
from jobsys.application.dead_letter_context import DeadLetterContext
from jobsys.application.recovery import Recovery, RecoveryOptions
from jobsys.application.roll_call import RollCall
from jobsys.domain.dead_letter import EVERY_DEAD_LETTER, DeadLetterFilter
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.domain.transition import Transition
from tests.support.bench import LEASE_FOR, Bench, Greet
from tests.support.office import Office
from tests.support.seen_deaths import SeenDeaths
from tests.support.workshop import until


@pytest.fixture
async def office(bench: Bench) -> AsyncIterator[Office]:
    office = Office(bench)
    yield office
    await office.close()


async def test_one_that_raises_or_hangs_is_nobody_elses_concern(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "PATIENCE", timedelta(milliseconds=20))
    calls = list[str]()

    @office.desk.on(EVERY_DEAD_LETTER)
    async def raises(record: JobRecord, letter: DeadLetterContext) -> None:
        calls.append("raises")
        raise SystemExit("no exit from here")

    @office.desk.on(EVERY_DEAD_LETTER)
    async def hangs(record: JobRecord, letter: DeadLetterContext) -> None:
        calls.append("hangs")
        await asyncio.Event().wait()

    @office.desk.on(EVERY_DEAD_LETTER)
    async def works(record: JobRecord, letter: DeadLetterContext) -> None:
        calls.append("works")

    await office.open()
    for _ in range(3):
        await office.bury()
    await until(lambda: len(calls) == 9)
    await until(lambda: caplog.text.count("hangs failed at the dead letter") == 3)
    assert "raises failed at the dead letter" in caplog.text
    assert "SystemExit: no exit from here" in caplog.text


async def test_beyond_a_bound_dead_letters_are_left_out_and_told_of(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    may_go_on, seen = asyncio.Event(), list[JobId]()

    @office.desk.on(EVERY_DEAD_LETTER)
    async def slow(record: JobRecord, letter: DeadLetterContext) -> None:
        seen.append(record.id)
        await may_go_on.wait()

    await office.open()
    first = await office.bury()
    await until(lambda: seen)
    ids = [await office.bury() for _ in range(5)]
    may_go_on.set()
    await until(lambda: len(seen) == 3)
    assert seen == [first, *ids[:2]]
    assert "3 dead letters are not processed" in caplog.text


async def test_without_a_processor_and_people_to_tell_there_is_nothing_to_do(
    office: Office,
) -> None:
    told = list[Sequence[Transition]]()
    office.reporter.tell(told.append)
    before = asyncio.all_tasks()
    await office.desk.start()
    assert asyncio.all_tasks() == before
    await office.bury()
    assert len(told) == 1


async def test_what_was_given_is_processed_before_the_stop(office: Office) -> None:
    seen = list[JobId]()

    @office.desk.on(EVERY_DEAD_LETTER)
    async def processor(record: JobRecord, letter: DeadLetterContext) -> None:
        seen.append(record.id)

    await office.open()
    ids = [await office.bury() for _ in range(5)]
    await office.close()
    assert seen == ids
    await office.bury()
    await office.open()
    again = await office.bury()
    await office.close()
    assert seen == [*ids, again]


async def test_one_that_hangs_does_not_hold_up_the_stop(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LAST_CALLS", 0.02)
    begun = asyncio.Event()

    @office.desk.on(EVERY_DEAD_LETTER)
    async def hangs(record: JobRecord, letter: DeadLetterContext) -> None:
        begun.set()
        await asyncio.Event().wait()

    await office.open()
    await office.bury()
    await begun.wait()
    async with asyncio.timeout(5):
        await office.close()


async def test_a_processor_is_named_before_the_start(office: Office) -> None:
    office.desk.on(EVERY_DEAD_LETTER)(print)
    await office.open()
    with pytest.raises(ConfigurationError, match="before the start"):
        office.desk.on(EVERY_DEAD_LETTER)(print)


async def test_a_poison_job_that_the_recovery_buries_counts_too(office: Office) -> None:
    seen = list[JobRecord]()

    @office.desk.on(DeadLetterFilter(reason="poison"))
    async def processor(record: JobRecord, letter: DeadLetterContext) -> None:
        seen.append(record)

    await office.open()
    bench, died = office.bench, SeenDeaths("bench")
    lease = await bench.leased(Greet())
    await bench.alone(lease)
    roll_call = RollCall(died, LEASE_FOR, lambda: "here")
    options = RecoveryOptions(LEASE_FOR, crash_limit=1)
    recovery = Recovery(bench.queue, roll_call, bench.clock, options, office.reporter)
    await recovery.free(["default"])
    await until(lambda: seen)
    assert (seen[0].id, seen[0].standing.crashes) == (lease.record.id, 1)
