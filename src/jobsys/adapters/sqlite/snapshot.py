"""What can be asked of the file at one moment."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from jobsys.adapters.sqlite.rows import DELAYED_PLACE, LEASED_PLACE, READY_PLACE
from jobsys.domain.instants import LATEST_MS, from_ms
from jobsys.domain.queue_policy import DEFAULT_POLICY, QueuePolicy, policy_of
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
        """Tells whether a queue has a ready job."""
        found = self.execute(
            "SELECT 1 FROM jobs WHERE queue = ? AND place = ? LIMIT 1", (queue, READY_PLACE)
        )
        return found.fetchone() is not None

    def offers(self, queue: str) -> bool:
        """Tells whether a job of a queue would be claimed now."""
        return self.has_ready(queue) and not self.policy(queue).paused

    def policy(self, queue: str) -> QueuePolicy:
        """Returns what was set of a queue."""
        found = self.execute("SELECT field, value FROM policies WHERE queue = ?", (queue,))
        fields = dict(found.fetchall())
        return policy_of(fields) if fields else DEFAULT_POLICY

    def first_due(self, queue: str) -> int | None:
        """Returns when a queue's next delayed job is due, in milliseconds."""
        return self._first(queue, DELAYED_PLACE)

    def next_due(self, queues: Iterable[str]) -> datetime | None:
        """Returns when the next delayed job of any of the queues is due."""
        return self.first_of(queues, DELAYED_PLACE)

    def first_of(self, queues: Iterable[str], *places: str) -> datetime | None:
        """Returns when time asks for the first of the jobs that lie in one of these places."""
        found = [self._first(queue, place) for queue in queues for place in places]
        known = [at for at in found if at is not None]
        return from_ms(min(known)) if known else None

    def has_work(self, queue: str) -> bool:
        """Tells whether a queue has a job that has not ended."""
        found = self.execute(
            "SELECT 1 FROM jobs WHERE queue = ? AND place IN (?, ?, ?) LIMIT 1",
            (queue, READY_PLACE, LEASED_PLACE, DELAYED_PLACE),
        )
        return found.fetchone() is not None

    def _first(self, queue: str, place: str) -> int | None:
        found = self.execute(
            "SELECT min(score) FROM jobs WHERE queue = ? AND place = ? AND score BETWEEN ? AND ?",
            (queue, place, 0, LATEST_MS),
        )
        first: int | None = found.fetchone()[0]
        return first
