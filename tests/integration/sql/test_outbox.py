"""The outbox and its relay: what is committed is submitted, whatever goes wrong in between."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Unpack

import pytest
from dependency_injector.providers import Object

from jobsys import (
    BaseJob,
    ConfigurationError,
    Inbox,
    InvalidJob,
    JobContext,
    JobId,
    JobPriority,
    JobRecord,
    JobsysContainer,
    RetryPolicy,
    Settings,
)
from jobsys.adapters.memory.backend import MemoryBackend
from jobsys.adapters.sql.outbox_rows import SqlOutboxRows
from jobsys.application.arguments import Options
from jobsys.application.relay import BATCH, Relay
from jobsys.ports.backend import BackendOptions
from jobsys.ports.job_inspector import JobQuery
from jobsys.ports.job_queue import Receipt, Submission
from jobsys.testing.virtual_clock import VirtualClock
from tests.integration.sql import percent_signs
from tests.integration.sql.conftest import Connect

SECOND = timedelta(seconds=1)
SURE_AFTER = 10 * SECOND
TABLE = "jobsys_outbox"


class Bill(BaseJob):
    """A bill for an order."""

    order: int


class Desk:
    """An outbox in a shop's database, a relay, and backends one after the other."""

    def __init__(self, connect: Connect, shop: sqlite3.Connection) -> None:
        self.clock = VirtualClock()
        self.container = JobsysContainer(Settings(backend="memory://"))
        self.container.clock.override(Object(self.clock))
        self.outbox = self.container.outbox()
        self.outbox.create(shop)
        self.rows = SqlOutboxRows(connect, TABLE)
        self.shop = shop
        self.lose_everything()

    def lose_everything(self) -> None:
        """Puts an empty backend in the place of the one that there was."""
        self.backend = MemoryBackend(BackendOptions("memory://", self.clock))

    async def handed_over(self) -> Sequence[JobRecord]:
        """Returns the jobs in the backend once a relay has gone round."""
        await Relay(self.rows, self.backend, self.container.intake(), SURE_AFTER).hand_over()
        return (await self.backend.inspector.find(JobQuery(), 10_000)).records

    def ordered(self, number: int = 1, **options: Unpack[Options]) -> JobId:
        """Commits an order with its bill."""
        with self.shop:
            self.shop.execute("INSERT INTO orders VALUES (?)", (number,))
            return self.outbox.submit(self.shop, Bill(order=number), **options)

    @property
    def written(self) -> int:
        """How many rows the outbox has."""
        return int(self.shop.execute("SELECT count(*) FROM jobsys_outbox").fetchone()[0])


@pytest.fixture
async def desk(connect: Connect, shop: sqlite3.Connection) -> AsyncIterator[Desk]:
    desk = Desk(connect, shop)
    yield desk
    await desk.rows.close()


async def test_a_job_is_submitted_under_its_id_once_it_was_committed(desk: Desk) -> None:
    assert not await desk.handed_over()
    with desk.shop:
        job_id = desk.outbox.submit(desk.shop, Bill(order=7))
        assert not await desk.handed_over()
    [job] = await desk.handed_over()
    assert (job.id, job.payload, job.job_type) == (job_id, b'{"order":7}', "bill")


async def test_a_job_that_was_rolled_back_is_never_submitted(desk: Desk) -> None:
    desk.outbox.submit(desk.shop, Bill(order=7))
    desk.shop.rollback()
    assert not await desk.handed_over()


async def test_a_submit_s_options_are_kept_and_its_delay_counts_from_the_submit(desk: Desk) -> None:
    retry = RetryPolicy(max_attempts=9)
    desk.ordered(queue="bills", key="first", priority="high", delay="1m", timeout="7s", retry=retry)
    due_at = desk.clock.now() + 60 * SECOND
    desk.clock.advance(50 * SECOND)
    [job] = await desk.handed_over()
    assert (job.id, job.priority, job.standing.due_at) == ("bills:first", JobPriority.HIGH, due_at)
    assert (job.header.retry, job.header.timeout) == (retry, 7 * SECOND)


async def test_a_key_names_one_job(desk: Desk) -> None:
    assert desk.ordered(1, key="bill") == desk.ordered(2, key="bill")
    [job] = await desk.handed_over()
    assert job.payload == b'{"order":1}'


async def test_what_a_submit_refuses_is_not_written(desk: Desk) -> None:
    with pytest.raises(InvalidJob, match="delay"):
        desk.ordered(delay="never")
    with pytest.raises(InvalidJob, match="more than a hundred years"):
        desk.ordered(run_at=datetime(9999, 1, 1, tzinfo=UTC))
    with pytest.raises(InvalidJob, match="is no job"), desk.shop:
        desk.outbox.submit(desk.shop, "bill")  # type: ignore[arg-type]
    assert desk.written == 0


async def test_a_connection_without_a_transaction_is_refused(desk: Desk, tmp_path: Path) -> None:
    each_by_itself = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    with (
        closing(each_by_itself),
        pytest.raises(ConfigurationError, match="begin a transaction first"),
    ):
        desk.outbox.submit(each_by_itself, Bill(order=7))
    assert desk.written == 0


async def test_a_relay_that_dies_before_it_notes_what_it_submitted_does_no_harm(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ordered()
    with monkeypatch.context() as patch:
        patch.setattr(desk.rows, "relayed", dies)
        with pytest.raises(OSError, match="killed"):
            await desk.handed_over()
    assert len(await desk.handed_over()) == 1
    assert len(await desk.handed_over()) == 1


async def dies(*_: object) -> None:
    raise OSError("killed")


async def test_a_run_that_lost_what_it_was_given_is_given_it_again(desk: Desk) -> None:
    desk.ordered()
    desk.clock.advance(3600 * SECOND)  # also what nobody looked at for long
    await desk.handed_over()
    desk.clock.advance(SURE_AFTER - SECOND)
    await desk.handed_over()
    desk.lose_everything()
    assert len(await desk.handed_over()) == 1
    desk.clock.advance(SURE_AFTER - SECOND)  # the next run has had it for less than that
    desk.lose_everything()
    assert len(await desk.handed_over()) == 1


async def test_a_run_that_ends_while_it_is_given_jobs_is_not_taken_for_the_next_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending = desk.backend
    desk.lose_everything()
    following = desk.backend

    async def enqueue(submissions: Sequence[Submission]) -> Sequence[Receipt]:
        monkeypatch.setattr(ending, "incarnation", following.incarnation)
        return [Receipt.CREATED for _ in submissions]

    monkeypatch.setattr(ending.queue, "enqueue", enqueue)
    desk.ordered()
    desk.backend = ending
    await desk.handed_over()
    desk.backend = following
    assert len(await desk.handed_over()) == 1


async def test_a_row_is_kept_until_one_run_has_had_its_job_for_long_enough(desk: Desk) -> None:
    desk.ordered()
    await desk.handed_over()
    assert desk.written == 1
    desk.clock.advance(SURE_AFTER)
    await desk.handed_over()
    assert desk.written == 0
    desk.lose_everything()
    assert not await desk.handed_over()


async def test_more_jobs_than_one_call_takes_come_in_order(desk: Desk) -> None:
    with desk.shop:
        for number in range(BATCH + 1):
            desk.outbox.submit(desk.shop, Bill(order=number), key=f"{number:05}")
    relay = Relay(desk.rows, desk.backend, desk.container.intake(), SURE_AFTER)
    assert await relay.hand_over() == timedelta(0)
    assert len(await desk.handed_over()) == BATCH + 1
    keys = [job.id.key for job in await desk.handed_over()]
    assert keys == sorted(keys)


async def test_a_row_that_is_no_job_keeps_no_other_one_back(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [("no id", "{}", 1), ("default:a", "no envelope", 1), ("default:b", "{}\n{}", 99)]
    with desk.shop:
        desk.shop.executemany(
            "INSERT INTO jobsys_outbox (job_id, envelope, priority, written_ms) VALUES (?, ?, ?, 0)",
            broken,
        )
    job_id = desk.ordered()
    assert [job.id for job in await desk.handed_over()] == [job_id]
    assert len([line for line in caplog.messages if "a row that is no job" in line]) == 3


async def test_a_database_that_could_not_be_opened_is_tried_again(shop: sqlite3.Connection) -> None:
    reachable = False

    def connect() -> sqlite3.Connection:
        if not reachable:
            raise OSError("no route")
        return sqlite3.connect(file)

    file = shop.execute("PRAGMA database_list").fetchone()[2]
    rows = SqlOutboxRows(connect, TABLE)
    JobsysContainer().outbox().create(shop)
    with pytest.raises(OSError, match="no route"):
        await rows.are_any()
    reachable = True
    assert not await rows.are_any()
    await rows.close()
    assert not await rows.are_any()
    await rows.close()


def test_drivers_that_mark_values_otherwise_are_spoken_to_as_they_wish(tmp_path: Path) -> None:
    outbox, inbox = JobsysContainer().outbox(), Inbox()
    with closing(sqlite3.connect(tmp_path / "shop.db", factory=percent_signs.Connection)) as shop:
        outbox.create(shop)
        inbox.create(shop)
        outbox.submit(shop, Bill(order=7))
        assert not inbox.processed(shop, "default:one")
        assert inbox.prune(shop, timedelta(0)) == 1
        assert shop.execute("SELECT count(*) FROM jobsys_outbox").fetchone() == (1,)


def test_a_driver_that_marks_values_in_an_unknown_way_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(percent_signs, "paramstyle", "named")
    with closing(sqlite3.connect(tmp_path / "shop.db", factory=percent_signs.Connection)) as shop:
        Inbox().create(shop)
        with pytest.raises(ConfigurationError, match="in the style 'named'"):
            Inbox().processed(shop, "default:one")


async def test_the_lifecycle_hands_jobs_over_and_any_number_may(
    url: str, connect: Connect, shop: sqlite3.Connection
) -> None:
    done: list[int] = []
    container = JobsysContainer(Settings(backend=url))
    outbox = container.outbox(connect, sure_after=SECOND)
    container.outbox(connect, sure_after=SECOND)
    outbox.create(shop)

    @container.handles(Bill)
    async def bill(job: Bill, context: JobContext) -> None:
        done.append(job.order)

    with shop:
        ids = [outbox.submit(shop, Bill(order=number)) for number in range(20)]
    async with container.lifecycle(), asyncio.timeout(30):
        jobs = container.job_service()
        while shop.execute("SELECT count(*) FROM jobsys_outbox").fetchone() != (0,):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        for job_id in ids:
            await jobs.wait(job_id)
    assert sorted(done) == list(range(20))
