"""Finding and mending what is wrong in a file, with workers at work."""

import re
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from functools import partial
from typing import Final

from jobsys.adapters.sqlite.judgement import SELECT_ROWS, row_of, verdict_on
from jobsys.adapters.sqlite.layout import steps
from jobsys.adapters.sqlite.mending import mended
from jobsys.adapters.sqlite.schedules import unreadable
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.tally import all_queues, wrong_counts
from jobsys.adapters.sqlite.turns import REMEMBERED_FOR_MS
from jobsys.domain.instants import to_ms
from jobsys.domain.job_id import JobId
from jobsys.ports.clock import Clock
from jobsys.ports.store_checker import Finding, FindingKind, Step, StoreChecker

PAGE: Final = 1000

_PAGE: Final = SELECT_ROWS + "WHERE id > ? ORDER BY id LIMIT ?"
_INTEGRITY: Final = "PRAGMA integrity_check(100)"
_SHOWN: Final = 3
_SIZE: Final = "SELECT count(*) FROM jobs"
_LEFTOVERS: Final = "SELECT id FROM errors WHERE id NOT IN (SELECT id FROM jobs) ORDER BY id"
_LASTING: Final = "SELECT lane FROM turns WHERE answered_ms > ? ORDER BY lane"
_THINGS: Final = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite@_%' ESCAPE '@'"
_MADE: Final = re.compile(r"^CREATE (?:TABLE|INDEX) (?:IF NOT EXISTS )?(\w+)", re.MULTILINE)
_OURS: Final = frozenset(name for step in steps() for name in _MADE.findall(step))


class SqliteStoreChecker(StoreChecker):
    """Reads a page of rows at one moment; a row says by itself whether it is right.

    A file that SQLite finds broken is not looked at further: what it answers may be wrong, and a
    repair would write that down.
    """

    def __init__(self, store: SqliteStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def check(self, queues: Collection[str] = ()) -> AsyncIterator[Step]:
        broken = await self._store.read(_broken)
        left_out = "everything else: what a broken file says cannot be relied on" if broken else ""
        yield Step("the file", 1, 1, broken, left_out)
        if broken:
            return
        async for step in self._jobs(queues):
            yield step
        for queue in await self._store.read(all_queues):
            if not queues or queue in queues:
                counted = await self._store.read(partial(_counts, queue=queue))
                yield Step(f"counts of {queue}", 1, 1, counted)
        others = await self._store.read(lambda s: _others(s, to_ms(self._clock.now())))
        asked = [f for f in others if not queues or f.queue in queues]
        yield Step("everything else", 1, 1, asked)

    async def mend(self, findings: Sequence[Finding]) -> Sequence[bool]:
        return await self._store.write(lambda t: [mended(t, finding) for finding in findings])

    async def _jobs(self, queues: Collection[str]) -> AsyncIterator[Step]:
        size = await self._store.read(lambda s: int(s.execute(_SIZE).fetchone()[0]))
        last, looked = 0, 0
        while True:
            rows, last, found = await self._store.read(partial(_page, last=last, queues=queues))
            looked += rows
            yield Step("jobs", looked, max(size, looked), found)
            if rows < PAGE:
                break


def _broken(snapshot: Snapshot) -> Sequence[Finding]:
    told = [" ".join(text.split()) for (text,) in snapshot.execute(_INTEGRITY)]
    if told == ["ok"]:
        return []
    shown = "; ".join([*told[:_SHOWN], *(["and more"] if len(told) > _SHOWN else [])])
    mend = (
        "stop the workers and save a copy; `REINDEX` in sqlite3 mends indexes, else put a backup,"
        " or what `.recover` makes of the copy, in its place"
    )
    return [Finding(FindingKind.BROKEN_FILE, "", "integrity_check", f"{shown}: {mend}")]


def _page(
    snapshot: Snapshot, last: int, queues: Collection[str]
) -> tuple[int, int, Sequence[Finding]]:
    """Returns how many rows the page behind `last` has, its last one, and what is wrong in it."""
    rows, findings = 0, list[Finding]()
    for found in snapshot.execute(_PAGE, (last, PAGE)):
        row = row_of(found)
        rows, last = rows + 1, row.job[0]
        if queues and row.queue not in queues:
            continue
        if verdict := verdict_on(row):
            job_id = JobId.of(row.queue, row.job[2])
            findings.append(Finding(verdict.kind, row.queue, job_id, verdict.told, str(row.job[0])))
    return rows, last, findings


def _counts(snapshot: Snapshot, queue: str) -> Sequence[Finding]:
    told = "; ".join(told for told, _, _ in wrong_counts(snapshot, queue).values())
    return [Finding(FindingKind.WRONG_COUNTS, queue, queue, told, queue)] if told else []


def _others(snapshot: Snapshot, now: int) -> list[Finding]:
    return [
        *_leftovers(snapshot),
        *_memos(snapshot, now),
        *_schedules(snapshot),
        *_strangers(snapshot),
    ]


def _leftovers(snapshot: Snapshot) -> Iterator[Finding]:
    for (job,) in snapshot.execute(_LEFTOVERS):
        told = "a history of errors without a job"
        yield Finding(FindingKind.LEFTOVER, "", f"errors:{job}", told, str(job))


def _memos(snapshot: Snapshot, now: int) -> Iterator[Finding]:
    for (lane,) in snapshot.execute(_LASTING, (now + REMEMBERED_FOR_MS,)):
        told = "the memory of a lane's last turn, from a time to come"
        yield Finding(FindingKind.LASTING_MEMO, "", f"turns:{lane}", told, lane)


def _schedules(snapshot: Snapshot) -> Iterator[Finding]:
    for schedule_id in unreadable(snapshot):
        told = "cannot be read: remove it, or put it anew"
        yield Finding(FindingKind.UNREADABLE_SCHEDULE, schedule_id.queue, schedule_id, told)


def _strangers(snapshot: Snapshot) -> Iterator[Finding]:
    for what, name in snapshot.execute(_THINGS):
        if name not in _OURS:
            told = f"no {what} of jobsys: drop it, or move it to a file of its own"
            yield Finding(FindingKind.UNKNOWN_KEY, "", name, told)
