"""Processors of dead letters: each is called with its own, whatever the others do."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from jobsys.application import dead_letter_desk as module
from jobsys.application.alerts import AlertOptions, Alerts
from jobsys.application.dead_letter_context import DeadLetterContext
from jobsys.application.dead_letter_desk import DeadLetterDesk
from jobsys.application.recovery import Recovery, RecoveryOptions
from jobsys.application.reporter import Reporter
from jobsys.application.roll_call import RollCall
from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.dead_letter import EVERY_DEAD_LETTER, DeadLetterFilter
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.transition import Transition
from jobsys.testing.virtual_clock import START
from tests.support.alerts import KeptAlerts
from tests.support.bench import LEASE_FOR, Bench, Greet
from tests.support.seen_deaths import SeenDeaths
from tests.support.workshop import until


class Office:
    """A desk that is told of dead letters, and where its alerts arrive."""

    def __init__(self, bench: Bench, *, tells_people: bool = False) -> None:
        self.bench = bench
        self.sink = KeptAlerts()
        self.alerts = Alerts(self.sink, AlertOptions())
        self.reporter = Reporter(bench.metrics, bench.clock, lambda _: None)
        bench.factory.register(Greet)
        book = bench.service.dead_letters
        self.desk = DeadLetterDesk(
            bench.inspector, book, self.alerts, self.reporter, tells_people=tells_people
        )

    async def open(self) -> None:
        await self.alerts.start()
        await self.desk.start()

    async def close(self) -> None:
        await self.desk.stop()
        await self.alerts.stop()

    async def bury(self, error: str = "ValueError", queue: str = "default") -> JobId:
        """Makes a dead letter, as a worker does."""
        lease = await self.bench.leased(Greet(), queue=queue)
        told = AttemptError(attempt=1, at=START, code="X", type=error, message=f"by {error}")
        end = lease.failed(told, None, Reason.EXHAUSTED)
        await self.bench.settled(end)
        self.reporter.settled([end])
        return lease.record.id


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
