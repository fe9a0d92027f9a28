"""The picture of `jobsys top`: what it has room for, and what it says of the rest."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from rich.console import Console, ConsoleDimensions

from jobsys.adapters.cli.top_frame import frame
from jobsys.application.course import Course
from jobsys.application.overview import Overview
from jobsys.application.queues import QueueView
from jobsys.application.sight import Sight
from jobsys.application.workers import WorkerView
from jobsys.domain.priority import JobPriority
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.domain.status import JobStatus
from jobsys.domain.worker_card import WorkerCard
from jobsys.ports.job_inspector import QueueCounts

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)


def queue(waiting: int) -> QueueView:
    now = dict.fromkeys(JobStatus, 0) | {JobStatus.QUEUED: waiting}
    oldest = {JobPriority.NORMAL: NOW - timedelta(seconds=waiting)}
    return QueueView(QueueCounts(now, now, {}, oldest), QueuePolicy(paused=waiting == 999))


def worker(number: int) -> WorkerView:
    card = WorkerCard(
        worker=f"w{number}",
        host="a-host-with-a-long-name",
        pid=4711,
        started_at=NOW,
        release="1",
        queues=["mails"],
        types={},
        slots=8,
        active=3,
        rate=2.5,
        is_ready=number != 11,
    )
    return WorkerView(card, timedelta(seconds=1))


def sight(queues: int, workers: int = 0) -> Sight:
    named = {f"queue{number}": queue(number) for number in range(queues)}
    overview = Overview(NOW, named, [worker(number) for number in range(workers)])
    course = Course()
    course.add(overview)
    return Sight(overview, course)


def drawn(shown: Sight, width: int = 100, height: int = 0, away: str = "") -> str:
    console = Console(file=StringIO(), width=width, height=height or 50)
    with console.capture() as captured:
        console.print(frame(shown, ConsoleDimensions(width, height), away))
    return captured.get()


def test_of_a_thousand_queues_the_busiest_are_shown_and_the_rest_counted() -> None:
    text = drawn(sight(1_000))
    assert "and 980 more" in text
    rows = [
        line for line in text.splitlines() if line.startswith("queue") and " waiting" not in line
    ]
    assert len(rows) == 20
    assert rows[0].split()[:3] == ["queue999", "999", "16"]
    assert rows[0].rstrip().endswith("paused")


@pytest.mark.parametrize("height", [20, 24, 40])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_picture_fits_its_terminal(width: int, height: int) -> None:
    lines = drawn(sight(1_000, 12), width, height).splitlines()
    assert len(lines) < height if height > 20 else len(lines) <= height + 4
    assert max(map(len, lines)) <= width


def test_a_narrow_terminal_is_shown_what_matters_most() -> None:
    text = drawn(sight(2, 1), width=42)
    assert "queue1" in text
    assert "3/8" in text
    assert "delayed" not in text.split("queue  ")[1]


def test_workers_that_are_not_ready_come_first_and_the_rest_is_counted() -> None:
    lines = drawn(sight(1, 12)).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("worker"))
    assert lines[at + 1].startswith("w11")
    assert "not ready" in lines[at + 1]
    assert "and 4 more" in lines[-1]


def test_a_backend_that_is_away_is_told_above_what_was_seen_last() -> None:
    text = drawn(sight(1), away="no\x1b route")
    assert text.startswith("the backend is away: no\\x1b route")
    assert "queue0" in text
    assert "nothing is known yet" in frame_of_nothing()


def frame_of_nothing() -> str:
    console = Console(file=StringIO(), width=80)
    with console.capture() as captured:
        console.print(frame(None, ConsoleDimensions(80, 24), "gone"))
    return captured.get()
