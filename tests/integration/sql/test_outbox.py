"""The outbox: a job that is written in a transaction is submitted once that is committed."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobsys import (
    ConfigurationError,
    Inbox,
    InvalidJob,
    JobPriority,
    JobsysContainer,
    RetryPolicy,
)
from tests.integration.sql import percent_signs
from tests.integration.sql.desk import SECOND, Bill, Desk


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
        desk.outbox.submit(desk.shop, "bill")  # type: ignore[arg-type]  # what is wrong is tested
    assert desk.written == 0


async def test_a_connection_without_a_transaction_is_refused(desk: Desk, tmp_path: Path) -> None:
    each_by_itself = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    with (
        closing(each_by_itself),
        pytest.raises(ConfigurationError, match="begin a transaction first"),
    ):
        desk.outbox.submit(each_by_itself, Bill(order=7))
    assert desk.written == 0


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
