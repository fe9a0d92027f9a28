"""Looking through the schedules of one queue."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Final

from jobsys.adapters.redis.scans import hash_pages, sorted_set_pages, text
from jobsys.adapters.redis.scheduler import schedule_of
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.schedule import ScheduleId
from jobsys.ports.store_checker import Finding, FindingKind

RULES: Final = 100


async def schedule_findings(store: RedisStore, queue: str) -> AsyncIterator[Finding]:
    """Yields what looks wrong; whether it is, the script says."""
    *_, schedules, fires, scheduled = store.layout.of_schedules(queue)
    times: dict[str, bytes] = {}
    async for fire_times in sorted_set_pages(store.client, fires):
        times |= {text(name): str(score).encode() for name, score in fire_times}
    known: set[str] = set()
    async for page in hash_pages(store.client, schedules, RULES):
        for name, stored in page.items():
            key = text(name)
            known.add(key)
            schedule_id = ScheduleId.of(queue, key)
            if not _can_be_read(schedule_id, stored, times.get(key, b"")):
                told = "cannot be read: remove it, or put it anew"
                yield Finding(FindingKind.UNREADABLE_SCHEDULE, queue, schedule_id, told)
    for key in sorted(times.keys() - known):
        told, proof = "a time at which nothing fires", ["fires", key]
        yield _index(queue, ScheduleId.of(queue, key), told, proof)
    told = f"the queue and {scheduled} disagree on whether it has schedules"
    yield _index(queue, queue, told, ["scheduled", queue])


def _index(queue: str, subject: str, told: str, proof: Sequence[str]) -> Finding:
    proven = json.dumps(["fsck_schedules", proof])
    return Finding(FindingKind.SCHEDULE_INDEX, queue, subject, told, proven)


def _can_be_read(schedule_id: ScheduleId, stored: bytes, at: bytes) -> bool:
    try:
        schedule_of(schedule_id, stored, at)
    except (ValueError, KeyError, OverflowError):
        return False
    return True
