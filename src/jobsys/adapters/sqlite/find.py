"""Looking jobs up."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from jobsys.adapters.sqlite.rows import (
    AMONG,
    DEAD_PLACE,
    DELAYED_PLACE,
    DONE_PLACE,
    LEASED_PLACE,
    LEVEL_SPAN,
    PLACES,
    READY_PLACE,
    SELECT_JOBS,
    JobRow,
    full_record_of,
)
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.domain.explanation import MOST_AHEAD
from jobsys.domain.instants import NEVER_MS, from_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.priority import ALL_LEVELS, JobPriority
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus
from jobsys.ports.job_inspector import JobQuery, Page, QueueCounts

_NAMED: Final = SELECT_JOBS + "WHERE queue = ? AND key IN " + AMONG
_BEHIND: Final = """WHERE queue = :queue AND place = :place
    AND (:status IS NULL OR status = :status) AND (:job_type IS NULL OR job_type = :job_type)
    AND (score, key) """
_RISING: Final = SELECT_JOBS + _BEHIND + "> (:score, :key) ORDER BY score, key LIMIT :limit"
_FALLING: Final = (
    SELECT_JOBS + _BEHIND + "< (:score, :key) ORDER BY score DESC, key DESC LIMIT :limit"
)
_HISTORIES: Final = """
    SELECT id, history FROM errors WHERE id IN (SELECT value FROM json_each(?))"""

_COUNTS: Final = "SELECT queue, status, now, ever FROM counts ORDER BY queue"
_AT_LEVEL: Final = """
    SELECT count(*) FROM jobs WHERE queue = ? AND place = ? AND score BETWEEN ? AND ?"""
_SINCE: Final = """
    SELECT changed_ms FROM jobs WHERE queue = ? AND place = ? AND score BETWEEN ? AND ?
    ORDER BY score LIMIT 1"""
_AHEAD: Final = """
    WITH own (score) AS (
        SELECT score FROM jobs WHERE queue = :queue AND key = :key AND place = :ready
    )
    SELECT CASE WHEN EXISTS (SELECT 1 FROM own) THEN (
        SELECT count(*) FROM (
            SELECT 1 FROM jobs
            WHERE queue = :queue AND place = :ready AND score < (SELECT score FROM own)
            LIMIT :most
        )
    ) END"""
_QUEUES: Final = "SELECT queue FROM counts UNION SELECT queue FROM policies ORDER BY queue"

# How each place is walked, and before which score; in the order in which places are shown.
_WALKS: Final = {
    LEASED_PLACE: (_RISING, -NEVER_MS),
    READY_PLACE: (_RISING, -NEVER_MS),
    DELAYED_PLACE: (_RISING, -NEVER_MS),
    DEAD_PLACE: (_FALLING, 2 * NEVER_MS - 1),
    DONE_PLACE: (_FALLING, 2 * NEVER_MS - 1),
}
_ORDER: Final = list(_WALKS)

Found = tuple[str, str, JobRow]


def get(snapshot: Snapshot, ids: Sequence[JobId]) -> Mapping[JobId, JobRecord]:
    """Returns the records that exist."""
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for job_id in ids:
        keys[job_id.queue].append(job_id.key)
    found: list[Found] = [
        (queue, "", row)
        for queue, wanted in keys.items()
        for row in snapshot.execute(_NAMED, (queue, json.dumps(wanted)))
    ]
    records = {record.id: record for record in _records(snapshot, found)}
    return {job_id: records[job_id] for job_id in ids if job_id in records}


def find(snapshot: Snapshot, query: JobQuery, limit: int, after: str | None) -> Page:
    """Returns a page of jobs; see `JobInspector.find`. `after` is `queue/place/score/key`."""
    found: list[Found] = []
    for queue, place, score, key in _walk(snapshot, query, after):
        rows = snapshot.execute(
            _WALKS[place][0],
            {
                "queue": queue,
                "place": place,
                "status": query.status,
                "job_type": query.job_type,
                "score": score,
                "key": key,
                "limit": limit + 1 - len(found),
            },
        )
        found += [(queue, place, row) for row in rows]
        if len(found) > limit:
            return Page(_records(snapshot, found[:limit]), _bookmark(*found[limit - 1]))
    return Page(_records(snapshot, found), None)


def counts(snapshot: Snapshot) -> Mapping[str, QueueCounts]:
    """Returns the counts of every queue that has a policy, or ever had a job."""
    now: defaultdict[str, dict[JobStatus, int]] = defaultdict(lambda: dict.fromkeys(JobStatus, 0))
    ever: defaultdict[str, dict[JobStatus, int]] = defaultdict(lambda: dict.fromkeys(JobStatus, 0))
    for queue, word, there, entered in snapshot.execute(_COUNTS):
        now[queue][JobStatus(word)] = there
        ever[queue][JobStatus(word)] = entered
    return {
        queue: QueueCounts(now[queue], ever[queue], *_waiting(snapshot, queue, now[queue]))
        for queue in queues(snapshot)
    }


def ahead(snapshot: Snapshot, job_id: JobId) -> int:
    """Returns how many jobs would be claimed before a ready one; -1 where it is not ready."""
    asked = {"queue": job_id.queue, "key": job_id.key, "ready": READY_PLACE, "most": MOST_AHEAD}
    [number] = snapshot.execute(_AHEAD, asked).fetchone()
    return -1 if number is None else int(number)


def queues(snapshot: Snapshot) -> Sequence[str]:
    """Returns the names of all queues that have a policy, or ever had a job, sorted."""
    return [queue for (queue,) in snapshot.execute(_QUEUES)]


def _waiting(
    snapshot: Snapshot, queue: str, standing: Mapping[JobStatus, int]
) -> tuple[Mapping[JobPriority, int], Mapping[JobPriority, datetime]]:
    """Counts the ready jobs of each level, and says since when the first of them is ready.

    By the index alone: 20 ms for a hundred thousand.
    """
    waiting, oldest = dict.fromkeys(ALL_LEVELS, 0), dict[JobPriority, datetime]()
    if standing[JobStatus.QUEUED]:
        for level in ALL_LEVELS:
            bounds = level * LEVEL_SPAN - LEVEL_SPAN // 2, level * LEVEL_SPAN + LEVEL_SPAN // 2 - 1
            [number] = snapshot.execute(_AT_LEVEL, (queue, READY_PLACE, *bounds)).fetchone()
            waiting[level] = number
            for (since,) in snapshot.execute(_SINCE, (queue, READY_PLACE, *bounds)):
                oldest[level] = from_ms(since)
    return waiting, oldest


def _walk(
    snapshot: Snapshot, query: JobQuery, after: str | None
) -> Iterator[tuple[str, str, int, str]]:
    """Yields the places to look in, and behind which score and key."""
    names = queues(snapshot) if query.queue is None else [query.queue]
    places = _ORDER if query.status is None else [PLACES[query.status]]
    stops = [(name, place) for name in names for place in places]
    if after is not None:
        queue, place, score, key = after.split("/")
        begin = (queue, _ORDER.index(place))
        stops = [stop for stop in stops if (stop[0], _ORDER.index(stop[1])) > begin]
        yield queue, place, int(score), key
    for queue, place in stops:
        yield queue, place, _WALKS[place][1], ""


def _bookmark(queue: str, place: str, row: JobRow) -> str:
    return f"{queue}/{place}/{row[1]}/{row[2]}"


def _records(snapshot: Snapshot, found: Sequence[Found]) -> list[JobRecord]:
    ids = json.dumps([row[0] for _, _, row in found])
    histories = dict(snapshot.execute(_HISTORIES, (ids,)).fetchall())
    return [full_record_of(queue, row, histories.get(row[0], "")) for queue, _, row in found]
