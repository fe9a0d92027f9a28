"""The schedules in Redis."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar, cast

from jobsys.adapters.redis.answers import raise_first, sound
from jobsys.adapters.redis.errors import translated
from jobsys.adapters.redis.scripts import Argument, Call
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.envelope import decode, encode
from jobsys.domain.instants import from_ms, to_ms
from jobsys.domain.priority import JobPriority
from jobsys.domain.schedule import Firing, Schedule, ScheduleId
from jobsys.domain.schedule_policy import USUAL, SchedulePolicy
from jobsys.domain.schedule_rule import ScheduleRule
from jobsys.ports.scheduler import UNREADABLE_SCHEDULE, Due, Scheduler

log = logging.getLogger("jobsys.redis")

Item = TypeVar("Item", Schedule, Firing)
Triples = Sequence[bytes]


class RedisScheduler(Scheduler):
    """Keeps each schedule beside the queue of its jobs; judged by the clock of Redis alone."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._keys = store.layout

    async def put(self, schedules: Sequence[Schedule]) -> None:
        calls: list[Call] = []
        for queue, batch in _by_queue(schedules).items():
            told = [[s.id.key, _terms(s), _ms(s.next_at), _text(s.rule)] for s in batch]
            envelopes = [encode(s.header, s.payload) for s in batch]
            calls.append(self._call("schedule_put", queue, queue, json.dumps(told), *envelopes))
        raise_first(await self._store.run_all(calls), self._store.address)

    async def get(self, ids: Sequence[ScheduleId]) -> Mapping[ScheduleId, Schedule]:
        wanted: dict[str, list[str]] = {}
        for schedule_id in ids:
            wanted.setdefault(schedule_id.queue, []).append(schedule_id.key)
        calls = [self._call("schedule_read", queue, *names) for queue, names in wanted.items()]
        return {schedule.id: schedule for schedule in await self._read(list(wanted), calls)}

    async def find(self, queue: str | None = None) -> Sequence[Schedule]:
        queues = [queue] if queue is not None else await self._queues()
        calls = [self._call("schedule_read", name) for name in queues]
        found = await self._read(queues, calls)
        return sorted(found, key=lambda schedule: (schedule.id.queue, schedule.id.key))

    async def remove(self, schedule_id: ScheduleId) -> bool:
        queue = schedule_id.queue
        name, keys, args = self._call("schedule_remove", queue, queue, schedule_id.key)
        return bool(await self._store.run(name, keys, args))

    async def set_next(self, schedule_id: ScheduleId, next_at: datetime | None) -> bool:
        at = "" if next_at is None else str(to_ms(next_at))
        name, keys, args = self._call("schedule_set", schedule_id.queue, schedule_id.key, at)
        return bool(await self._store.run(name, keys, args))

    async def due(self, queues: Sequence[str], limit: int) -> Due | None:
        with_schedules = {*await self._queues()}
        queues = [queue for queue in queues if queue in with_schedules]
        if not queues:
            return None
        calls = [self._call("schedule_due", queue, limit) for queue in queues]
        answers = dict(zip(queues, await self._store.run_all(calls), strict=True))
        found: list[Schedule] = []
        instants: list[int] = []
        later: list[int] = []
        for queue, answer in sound(answers, self._store.address).items():
            now, after, triples = cast("tuple[bytes, bytes, Triples]", answer)
            instants.append(int(now))
            later += [int(float(after))] if after else []
            found += _schedules(queue, triples)
        return Due(found, from_ms(max(instants)), from_ms(min(later)) if later else None)

    async def fire(self, firings: Sequence[Firing]) -> Sequence[bool]:
        queues = _by_queue(firings)
        calls: list[Call] = []
        for queue, batch in queues.items():
            told = json.dumps([_told(firing) for firing in batch])
            calls.append(self._call("schedule_fire", queue, queue, told))
        answers = await self._store.run_all(calls)
        raise_first(answers, self._store.address)
        made = {
            queue: iter(cast("Sequence[int]", answer))
            for queue, answer in zip(queues, answers, strict=True)
        }
        return [bool(next(made[firing.id.queue])) for firing in firings]

    async def _queues(self) -> Sequence[str]:
        with translated(self._store.address):
            names = await self._store.client.smembers(self._keys.scheduled)
        return [cast("bytes", name).decode() for name in names]

    async def _read(self, queues: Sequence[str], calls: Sequence[Call]) -> Sequence[Schedule]:
        answers = await self._store.run_all(calls)
        raise_first(answers, self._store.address)
        return [
            schedule
            for queue, answer in zip(queues, answers, strict=True)
            for schedule in _schedules(queue, cast("Triples", answer))
        ]

    def _call(self, script: str, queue: str, *args: Argument) -> Call:
        return script, self._keys.of_schedules(queue), args


def _by_queue(items: Sequence[Item]) -> Mapping[str, Sequence[Item]]:
    by_queue: dict[str, list[Item]] = {}
    for item in items:
        by_queue.setdefault(item.id.queue, []).append(item)
    return by_queue


def _schedules(queue: str, triples: Triples) -> Iterator[Schedule]:
    parts = iter(triples)
    for name, stored, at in zip(parts, parts, parts, strict=True):
        schedule_id = ScheduleId.of(queue, name.decode())
        try:
            if stored:
                yield schedule_of(schedule_id, stored, at)
        except (ValueError, KeyError):  # one that cannot be read must not stop the others
            log.error(UNREADABLE_SCHEDULE, schedule_id)


def schedule_of(schedule_id: ScheduleId, stored: bytes, at: bytes) -> Schedule:
    """Returns a schedule as it lies in Redis; `at` is empty while it is paused.

    Raises:
        ValueError, KeyError: it cannot be read.
    """
    told, rule, envelope = stored.split(b"\n", 2)
    fired, last, level, *policy = told.decode().split(" ", 3)
    header, payload = decode(envelope)
    return Schedule(
        schedule_id,
        ScheduleRule.model_validate_json(rule),
        header,
        payload,
        JobPriority[level.upper()],
        from_ms(int(float(at))) if at else None,
        from_ms(int(last)) if last != "0" else None,
        int(fired),
        SchedulePolicy.model_validate_json(policy[0]) if policy else USUAL,
    )


def _terms(schedule: Schedule) -> str:
    """Returns the level of a schedule's jobs, and its policy, which other releases do not know."""
    level = schedule.priority.label
    if schedule.policy == USUAL:
        return level
    return f"{level} {schedule.policy.model_dump_json(exclude_defaults=True)}"


def _told(firing: Firing) -> Sequence[object]:
    """Returns a firing as the script takes it."""
    name, due, after = firing.id.key, to_ms(firing.due_at), _ms(firing.next_at)
    unless = False if firing.unless_open is None else firing.unless_open.key
    job = [_ms(firing.fire_at), firing.job_id.key, to_ms(firing.begins_at), unless]
    return [name, due, after, *job]


def _text(rule: ScheduleRule) -> str:
    return rule.model_dump_json(exclude_none=True)


def _ms(instant: datetime | None) -> int | bool:
    return False if instant is None else to_ms(instant)
