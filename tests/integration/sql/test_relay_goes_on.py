"""A relay goes on past rows that nobody can read, and past queues that take nothing in."""

import logging
from collections.abc import Sequence

import pytest

from jobsys import Unique
from jobsys.application.relay import BATCH, LOOK_EVERY, TELL_EVERY, Relay
from jobsys.domain.queue_policy import DEFAULT_POLICY, QueuePolicy
from jobsys.ports.submission import Answer, Submission
from tests.integration.sql.desk import SECOND, SURE_AFTER, Bill, Desk

CLOSED = QueuePolicy(closed=True)


def relay_of(desk: Desk) -> Relay:
    return Relay(desk.rows, desk.backend, desk.container.intake(), SURE_AFTER)


async def gone_through(relay: Relay) -> None:
    """Hands over until the relay would pause."""
    while await relay.hand_over() != LOOK_EVERY:
        pass


def many(desk: Desk, queue: str) -> None:
    """Commits more bills than a page has, and lets some time go by."""
    with desk.shop:
        for number in range(BATCH + 1):
            desk.outbox.submit(desk.shop, Bill(order=number), queue=queue)
    desk.clock.advance(SECOND)


@pytest.mark.parametrize(
    "change",
    [
        "job_id = 'no colon'",
        "job_id = x'00ff'",
        "due_ms = 99999999999999999",
        "due_ms = 'never'",
        "envelope = x'00ff'",
        "priority = 'none'",
    ],
)
async def test_whatever_a_row_holds_it_keeps_no_other_back_and_is_told_of_once(
    desk: Desk, caplog: pytest.LogCaptureFixture, change: str
) -> None:
    desk.ordered(1)
    with desk.shop:
        desk.shop.execute(f"UPDATE jobsys_outbox SET {change}")  # noqa: S608 (it stands above)
    job_id = desk.ordered(2)
    for _ in range(3):
        assert [job.id for job in await desk.handed_over()] == [job_id]
    assert len([line for line in caplog.messages if "a row that is no job" in line]) == 1


async def test_a_page_of_rows_that_nobody_can_read_keeps_no_other_back(desk: Desk) -> None:
    many(desk, "default")
    with desk.shop:
        desk.shop.execute("UPDATE jobsys_outbox SET priority = 99")
    job_id = desk.ordered()
    await gone_through(relay_of(desk))
    assert [job.id for job in await desk.handed_over()] == [job_id]


@pytest.mark.parametrize("refusing", [CLOSED, QueuePolicy(max_jobs=1)])
async def test_a_queue_that_takes_nothing_in_keeps_no_other_back(
    desk: Desk, refusing: QueuePolicy
) -> None:
    await desk.backend.ports.policies.put("stuck", DEFAULT_POLICY, refusing)
    many(desk, "stuck")
    job_id = desk.ordered()
    relay = relay_of(desk)
    await gone_through(relay)
    assert job_id in [job.id for job in await desk.handed_over()]
    await desk.backend.ports.policies.put("stuck", refusing, DEFAULT_POLICY)
    await gone_through(relay)
    assert len(await desk.handed_over()) == BATCH + 2


async def test_a_queue_that_takes_nothing_in_is_told_of_once_a_minute(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "jobsys.relay")
    await desk.backend.ports.policies.put("stuck", DEFAULT_POLICY, CLOSED)
    many(desk, "stuck")
    relay = relay_of(desk)
    for times in (1, 1, 2):
        await gone_through(relay)
        told = [
            line for line in caplog.messages if "queue stuck does not take them: closed" in line
        ]
        assert len(told) == times
        desk.clock.advance(TELL_EVERY / 2)


async def test_a_queue_that_takes_nothing_in_is_asked_once_until_the_oldest_are_next_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue, asked = desk.backend.ports.queue.enqueue, list[int]()

    async def counts(submissions: Sequence[Submission]) -> Sequence[Answer]:
        asked.append(len(submissions))
        return await enqueue(submissions)

    monkeypatch.setattr(desk.backend.ports.queue, "enqueue", counts)
    await desk.backend.ports.policies.put("stuck", DEFAULT_POLICY, CLOSED)
    many(desk, "stuck")
    relay = relay_of(desk)
    await gone_through(relay)
    await gone_through(relay)
    assert asked == [BATCH, BATCH]


async def test_a_queue_whose_submits_fail_keeps_no_other_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue = desk.backend.ports.queue.enqueue

    async def fails(submissions: Sequence[Submission]) -> Sequence[Answer]:
        if any(submission.job_id.queue == "broken" for submission in submissions):
            raise ValueError("of the wrong kind")
        return await enqueue(submissions)

    desk.ordered(1, queue="broken")
    job_id = desk.ordered(2)
    with monkeypatch.context() as patch:
        patch.setattr(desk.backend.ports.queue, "enqueue", fails)
        assert [job.id for job in await desk.handed_over()] == [job_id]
    assert "of the wrong kind" in caplog.text
    assert len(await desk.handed_over()) == 2


async def test_a_unique_job_of_a_full_queue_is_handed_over_once_there_is_room(desk: Desk) -> None:
    full = QueuePolicy(max_jobs=1)
    await desk.backend.ports.policies.put("default", DEFAULT_POLICY, full)
    first = desk.ordered(1)
    desk.clock.advance(SECOND)
    second = desk.ordered(2, unique=Unique())
    assert [job.id for job in await desk.handed_over()] == [first]
    await desk.backend.ports.policies.put("default", full, DEFAULT_POLICY)
    assert {job.id for job in await desk.handed_over()} == {first, second}
