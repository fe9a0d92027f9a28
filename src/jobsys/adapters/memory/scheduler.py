"""Schedules in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter

from jobsys.adapters.memory.enqueue import enqueue
from jobsys.adapters.memory.store import MemoryStore
from jobsys.domain.instants import to_ms
from jobsys.domain.schedule import Firing, Schedule, ScheduleId
from jobsys.ports.clock import Clock
from jobsys.ports.scheduler import Due, Scheduler, submission_of
from jobsys.ports.submission import Receipt


class MemoryScheduler(Scheduler):
    """Keeps schedules as long as the process lives."""

    def __init__(self, store: MemoryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def put(self, schedules: Sequence[Schedule]) -> None:
        with self._store.lock:
            for schedule in schedules:
                known = self._store.schedules.get(schedule.id)
                self._store.schedules[schedule.id] = (
                    schedule if known is None else schedule.replaces(known)
                )

    async def get(self, ids: Sequence[ScheduleId]) -> Mapping[ScheduleId, Schedule]:
        known = self._store.schedules
        return {wanted: known[wanted] for wanted in ids if wanted in known}

    async def find(self, queue: str | None = None) -> Sequence[Schedule]:
        with self._store.lock:
            found = [s for s in self._store.schedules.values() if queue in (None, s.id.queue)]
        return sorted(found, key=lambda schedule: (schedule.id.queue, schedule.id.key))

    async def remove(self, schedule_id: ScheduleId) -> bool:
        with self._store.lock:
            return self._store.schedules.pop(schedule_id, None) is not None

    async def set_next(self, schedule_id: ScheduleId, next_at: datetime | None) -> bool:
        with self._store.lock:
            known = self._store.schedules.get(schedule_id)
            if known is not None:
                self._store.schedules[schedule_id] = replace(known, next_at=next_at)
            return known is not None

    async def due(self, queues: Sequence[str], limit: int) -> Due | None:
        with self._store.lock:
            if not any(schedule_id.queue in queues for schedule_id in self._store.schedules):
                return None
            now = self._clock.now()
            come: list[Schedule] = []
            later: list[datetime] = []
            for queue in queues:
                waiting = self._waiting(queue)
                come += [schedule for at, schedule in waiting[:limit] if at <= now]
                later += [at for at, schedule in waiting if at > now or schedule not in come][:1]
            return Due(come, now, min(later, default=None))

    async def fire(self, firings: Sequence[Firing]) -> Sequence[bool]:
        with self._store.lock:
            return [self._fire(firing) for firing in firings]

    def _waiting(self, queue: str) -> Sequence[tuple[datetime, Schedule]]:
        schedules = [s for s in self._store.schedules.values() if s.id.queue == queue]
        return sorted(((s.next_at, s) for s in schedules if s.next_at), key=itemgetter(0))

    def _fire(self, firing: Firing) -> bool:
        schedule = self._store.schedules.get(firing.id)
        if schedule is None or schedule.next_at != firing.due_at:
            return False
        made = self._may_make(firing) and self._make(schedule, firing)
        after = schedule.advanced(firing, made=made)
        if after is None:
            del self._store.schedules[firing.id]
        else:
            self._store.schedules[firing.id] = after
        return made

    def _may_make(self, firing: Firing) -> bool:
        if firing.unless_open is None:
            return firing.fire_at is not None
        job = self._store.queue(firing.id.queue).jobs.get(firing.unless_open.key)
        return firing.fire_at is not None and (job is None or job.standing.status.is_final)

    def _make(self, schedule: Schedule, firing: Firing) -> bool:
        made, now = submission_of(schedule, firing), to_ms(self._clock.now())
        receipt = enqueue(self._store, made, now, has_bound=False)
        if receipt is Receipt.CREATED:
            self._store.waiters.wake_one(firing.id.queue)
        return receipt is Receipt.CREATED
