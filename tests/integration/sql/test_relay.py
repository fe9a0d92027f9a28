"""The relay: what is committed is submitted, whatever dies or is lost in between."""

import asyncio
import sqlite3
from collections.abc import Sequence
from datetime import timedelta

import pytest

from jobsys import (
    JobContext,
    JobsysContainer,
    Settings,
    Unique,
)
from jobsys.adapters.sql.outbox_rows import SqlOutboxRows
from jobsys.application.relay import BATCH, Relay
from jobsys.domain.queue_policy import DEFAULT_POLICY, QueuePolicy
from jobsys.ports.submission import Receipt, Submission
from tests.integration.sql.database import Connect
from tests.integration.sql.desk import SECOND, SURE_AFTER, TABLE, Bill, Desk


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

    monkeypatch.setattr(ending.ports.queue, "enqueue", enqueue)
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


async def test_a_job_for_which_there_is_no_room_keeps_its_row(desk: Desk) -> None:
    desk.ordered()
    desk.ordered(2)
    policies = desk.backend.ports.policies
    await policies.put("default", DEFAULT_POLICY, QueuePolicy(max_jobs=1))
    assert len(await desk.handed_over()) == 1
    await policies.put("default", QueuePolicy(max_jobs=1), DEFAULT_POLICY)
    assert len(await desk.handed_over()) == 2


async def test_a_bill_that_must_be_unique_is_kept_out_on_its_way_as_well(desk: Desk) -> None:
    with desk.shop:
        first, _ = (
            desk.outbox.submit(desk.shop, Bill(order=7), key=key, unique=Unique()) for key in "ab"
        )
    assert [record.id for record in await desk.handed_over()] == [first]
    assert [record.id for record in await desk.handed_over()] == [first]


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


async def test_a_lifecycle_that_starts_again_hands_jobs_over_to_the_backend_that_there_is_then(
    connect: Connect, shop: sqlite3.Connection
) -> None:
    container = JobsysContainer(Settings(backend="memory://", worker={"enabled": False}))
    outbox = container.outbox(connect)
    outbox.create(shop)
    for number in (1, 2):
        container.renew("clock")
        with shop:
            outbox.submit(shop, Bill(order=number), key=f"{number}")
        async with container.lifecycle(), asyncio.timeout(10):
            jobs = container.job_service()
            while len((await jobs.find()).records) != number:  # noqa: ASYNC110 (nothing tells)
                await asyncio.sleep(0.02)


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
        while shop.execute("SELECT count(*) FROM jobsys_outbox").fetchone() != (0,):  # noqa: ASYNC110 (others change it)
            await asyncio.sleep(0.02)
        for job_id in ids:
            await jobs.wait(job_id)
    assert sorted(done) == list(range(20))
