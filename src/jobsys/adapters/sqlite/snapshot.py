"""What can be asked of the file at one moment."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from jobsys.adapters.sqlite.rows import DELAYED_PLACE, READY_PLACE
from jobsys.domain.instants import LATEST_MS, from_ms
from jobsys.domain.status import JobStatus


class Snapshot:
    """The file as it stands, read through one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.execute = connection.execute

    def number_in(self, queue: str, *statuses: JobStatus) -> int:
        """Returns how many jobs of a queue are in one of the states."""
        found = self.execute(
            "SELECT coalesce(sum(now), 0) FROM counts"
            " WHERE queue = ? AND status IN (SELECT value FROM json_each(?))",
            (queue, json.dumps(statuses)),
        )
        number: int = found.fetchone()[0]
        return number

    def has_ready(self, queue: str) -> bool:
        """Tells whether a queue has a job to be claimed."""
        found = self.execute(
            "SELECT 1 FROM jobs WHERE queue = ? AND place = ? LIMIT 1", (queue, READY_PLACE)
        )
        return found.fetchone() is not None

    def first_due(self, queue: str) -> int | None:
        """Returns when a queue's next delayed job is due, in milliseconds."""
        found = self.execute(
            "SELECT min(score) FROM jobs WHERE queue = ? AND place = ? AND score BETWEEN ? AND ?",
            (queue, DELAYED_PLACE, 0, LATEST_MS),
        )
        due: int | None = found.fetchone()[0]
        return due

    def next_due(self, queues: Iterable[str]) -> datetime | None:
        """Returns when the next delayed job of any of the queues is due."""
        dues = [due for queue in queues if (due := self.first_due(queue)) is not None]
        return from_ms(min(dues)) if dues else None
