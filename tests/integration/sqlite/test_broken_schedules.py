"""Schedules that something else has overwritten in a file."""

import sqlite3
from pathlib import Path

import pytest

from jobsys.testing.jobs import HOUR, QUEUE
from jobsys.testing.schedules import due_in, firing, schedule
from jobsys.testing.sqlite_backend import SqliteBackend
from jobsys.testing.virtual_clock import START


@pytest.mark.parametrize("column", ["rule", "priority", "envelope"])
async def test_a_schedule_that_cannot_be_read_is_left_out_and_stops_no_other(
    tmp_path: Path, column: str, caplog: pytest.LogCaptureFixture
) -> None:
    backend = SqliteBackend(tmp_path / "jobs.db")
    known = schedule("known", START)
    await backend.scheduler.put([schedule("broken", START), known])
    damage = {"rule": "nonsense", "priority": 3, "envelope": b"nonsense"}[column]
    with sqlite3.connect(tmp_path / "jobs.db") as file:
        file.execute(f"UPDATE schedules SET {column} = ? WHERE name = 'broken'", (damage,))  # noqa: S608 (our own name)
    file.close()
    assert (await due_in(backend.scheduler, [QUEUE])).schedules == [known]
    assert await backend.scheduler.find() == [known]
    assert await backend.scheduler.fire([firing(known, START + HOUR)]) == [True]
    assert "schedule emails:broken cannot be read" in caplog.text
    await backend.close()
