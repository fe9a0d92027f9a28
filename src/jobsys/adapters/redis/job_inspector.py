"""Looking at the jobs in Redis, and editing them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, cast

from jobsys.adapters.redis.answers import raise_first
from jobsys.adapters.redis.edits import edited
from jobsys.adapters.redis.errors import translated
from jobsys.adapters.redis.places import Place, places_of
from jobsys.adapters.redis.records import record_of
from jobsys.adapters.redis.scripts import Call
from jobsys.adapters.redis.standing import LABELS
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.attempt_error import history_in
from jobsys.domain.edit import Edit, EditOutcome
from jobsys.domain.explanation import MOST_AHEAD
from jobsys.domain.instants import from_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.priority import ALL_LEVELS
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus
from jobsys.ports.job_inspector import JobInspector, JobQuery, Page, QueueCounts

CHUNK: Final = 200
AT_ONCE: Final = 100
"""Queues that are looked at in one round trip."""

_NOW: Final = [(status, f"now:{status}".encode()) for status in JobStatus]
_EVER: Final = [(status, f"ever:{status}".encode()) for status in JobStatus]

CountsAnswer = tuple[Sequence[bytes], Sequence[int], Sequence[int]]

Answer = tuple[bytes | None, bytes | None, bytes | None, bytes | None]


class RedisJobInspector(JobInspector):
    """A view of what lies in Redis. It reads page by page, so a listing is no snapshot.

    A job that was never claimed and whose envelope somebody has removed is not shown until it is
    claimed: nothing tells it from one that was deleted while a page was read.
    """

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    async def get(self, ids: Sequence[JobId]) -> Mapping[JobId, JobRecord]:
        by_queue: dict[str, list[JobId]] = {}
        for job_id in ids:
            by_queue.setdefault(job_id.queue, []).append(job_id)
        chunks = [
            wanted[start : start + CHUNK]
            for wanted in by_queue.values()
            for start in range(0, len(wanted), CHUNK)
        ]
        found: dict[JobId, JobRecord] = {}
        for first in range(0, len(chunks), AT_ONCE):
            found |= await self._read(chunks[first : first + AT_ONCE])
        return found

    async def find(self, query: JobQuery, limit: int, after: str | None = None) -> Page:
        records: list[JobRecord] = []
        here = after
        chunk = CHUNK if query.job_type else min(CHUNK, limit + 1)
        async for record, beyond in self._walk(query, after, chunk):
            if len(records) == limit:
                return Page(records, here)
            records.append(record)
            here = beyond
        return Page(records, None)

    async def counts(self) -> Mapping[str, QueueCounts]:
        # Not in a MULTI: a Redis whose memory is full refuses that, and counts matter most then.
        names, layout = await self.queues(), self._store.layout
        calls: list[Call] = [("counts", layout.of_queue(name), ()) for name in names]
        answers = await self._store.run_all(calls)
        raise_first(answers, self._store.address)
        return {
            name: _counts(cast("CountsAnswer", answer))
            for name, answer in zip(names, answers, strict=True)
        }

    async def queues(self) -> Sequence[str]:
        with translated(self._store.address):
            names = await self._store.client.smembers(self._store.layout.queues)
        return sorted(cast("bytes", name).decode() for name in names)

    async def ahead(self, job_id: JobId) -> int | None:
        record = (await self.get([job_id])).get(job_id)
        if record is None or record.status is not JobStatus.QUEUED:
            return None
        args = job_id.key, LABELS[record.priority], MOST_AHEAD
        keys = self._store.layout.of_queue(job_id.queue)
        number = cast("int", await self._store.run("ahead", keys, args))
        return None if number < 0 else number

    async def edit(self, edit: Edit) -> EditOutcome:
        return await edited(self._store, edit)

    async def _walk(
        self, query: JobQuery, after: str | None, chunk: int
    ) -> AsyncIterator[tuple[JobRecord, str]]:
        """Yields matching jobs, each with the cursor of what follows it; reads chunk by chunk."""
        first_queue, first_place, offset = _cursor(after)
        names = [query.queue] if query.queue is not None else await self.queues()
        names = [name for name in names if name >= first_queue]
        for start in range(0, len(names), AT_ONCE):
            for name in await self._filled(names[start : start + AT_ONCE], query.status):
                for place in places_of(self._store.layout, name, query.status):
                    if name == first_queue and place.number < first_place:
                        continue
                    begin = offset if (name, place.number) == (first_queue, first_place) else 0
                    async for record, position in self._in_place(name, place, begin, chunk):
                        if _matches(record, query):
                            yield record, f"{name}:{place.number}:{position + 1}"

    async def _filled(self, queues: Sequence[str], status: JobStatus | None) -> Sequence[str]:
        """Returns the queues with jobs of a status: all their places are looked at, for jobs go on."""
        places = [(q, place) for q in queues for place in places_of(self._store.layout, q, status)]
        with translated(self._store.address):
            asking = self._store.client.pipeline(transaction=False)
            for _, place in places:
                place.ask_length(asking)
            lengths = cast("list[int]", await asking.execute())
        found = {queue for (queue, _), length in zip(places, lengths, strict=True) if length}
        return [queue for queue in queues if queue in found]

    async def _in_place(
        self, queue: str, place: Place, begin: int, chunk: int
    ) -> AsyncIterator[tuple[JobRecord, int]]:
        while True:
            with translated(self._store.address):
                length, keys = await place.keys(self._store.client, begin, chunk)
            ids = [JobId.of(queue, key) for _, key in keys]
            records = await self._read([ids])
            for (position, _), job_id in zip(keys, ids, strict=True):
                if job_id in records:
                    yield records[job_id], position
            if length < chunk:
                return
            begin += chunk

    async def _read(self, chunks: Sequence[Sequence[JobId]]) -> Mapping[JobId, JobRecord]:
        """Returns the records that exist of ids, those of each chunk being of one queue."""
        layout = self._store.layout
        calls: list[Call] = [
            ("read", layout.of_queue(ids[0].queue), [job_id.key for job_id in ids])
            for ids in chunks
            if ids
        ]
        answers = await self._store.run_all(calls)
        raise_first(answers, self._store.address)
        found = zip(filter(None, chunks), cast("Sequence[Sequence[Answer]]", answers), strict=True)
        return {
            job_id: _full_record(job_id, answer)
            for ids, told in found
            for job_id, answer in zip(ids, told, strict=True)
            if answer[0] is not None or answer[1] is not None
        }


def _cursor(after: str | None) -> tuple[str, int, int]:
    """Where a page begins: a queue, a place in it, and how many entries to pass over there."""
    if after is None:
        return "", 0, 0
    queue, place, offset = after.rsplit(":", 2)
    return queue, int(place), int(offset)


def _matches(record: JobRecord, query: JobQuery) -> bool:
    return query.status in (None, record.status) and query.job_type in (None, record.job_type)


def _full_record(job_id: JobId, answer: Answer) -> JobRecord:
    stored, state, result, errors = answer
    record = record_of(job_id, stored, state)
    history = history_in((errors or b"").split(b"\n"))
    return replace(record, result_json=result, errors=history)


def _counts(answer: CountsAnswer) -> QueueCounts:
    flat, waiting, oldest = answer
    fields = dict(zip(flat[::2], map(_number, flat[1::2]), strict=True))

    return QueueCounts(
        {status: fields.get(name, 0) for status, name in _NOW},
        {status: fields.get(name, 0) for status, name in _EVER},
        dict(zip(ALL_LEVELS, waiting, strict=True)),
        {level: from_ms(since) for level, since in zip(ALL_LEVELS, oldest, strict=True) if since},
    )


def _number(counted: bytes) -> int:
    """Returns a count; 0 where something else lies, which the next change will write over."""
    try:
        return int(counted)
    except ValueError:
        return 0
