"""Damage that SQL does to the file of `many_jobs.filled`."""

from collections.abc import Collection
from typing import Final

from jobsys.ports.store_checker import FindingKind
from jobsys.testing.jobs import QUEUE
from tests.support.damage import Damage, Damages

N: Final = FindingKind


def update(key: str, change: str) -> str:
    """Returns what changes a job's row."""
    return f"UPDATE jobs SET {change} WHERE key = '{key}'"  # noqa: S608 (words of this test)


def changed(
    kind: FindingKind,
    key: str,
    change: str,
    follows: Collection[FindingKind] = (),
    *,
    runs: bool = True,
) -> Damage[str]:
    """Returns what is wrong once a job's row was changed; `runs`: it can still run when mended."""
    return Damage(kind, [update(key, change)], key, set(follows), "" if runs else key)


DAMAGES: Final[Damages[str]] = {
    "a ready job stands in no place": changed(N.NO_PLACE, "ready-002", "place = 'attic'"),
    "a lease stands in no place": changed(N.NO_PLACE, "held-001", "place = ''"),
    "a leased job stands among the ready ones": changed(
        N.WRONG_PLACE, "held-001", "place = 'ready'"
    ),
    "the status of a leased job says that it waits": changed(
        N.WRONG_PLACE, "held-001", "status = 'queued'", {N.WRONG_COUNTS}
    ),
    "a delayed job stands among the ended ones": changed(
        N.WRONG_PLACE, "later-001", "place = 'done'"
    ),
    "an ended job stands among the ready ones": changed(
        N.WRONG_PLACE, "done-001", "place = 'ready'"
    ),
    "a dead letter stands among the ended jobs": changed(
        N.WRONG_PLACE, "dead-001", "place = 'done'"
    ),
    "a ready job stands among those of another level": changed(
        N.WRONG_PLACE, "ready-002", "priority = 1"
    ),
    "a delayed job is put to another time": changed(N.WRONG_DUE, "later-001", "score = 5"),
    "a retrying job will never be due": changed(
        N.WRONG_DUE, "retry-001", "score = 4611686018427387904"
    ),
    "an envelope is lost": changed(N.NO_BODY, "retry-001", "envelope = NULL", runs=False),
    "an envelope is overwritten": changed(
        N.UNREADABLE_JOB, "ready-002", "envelope = x'ff'", runs=False
    ),
    "a status is overwritten": changed(
        N.UNREADABLE_JOB, "later-001", "status = 'lost'", {N.WRONG_COUNTS}, runs=False
    ),
    "a level is overwritten": changed(N.UNREADABLE_JOB, "ready-002", "priority = 3", runs=False),
    "an instant is overwritten": changed(
        N.UNREADABLE_JOB,
        "ready-002",
        "changed_ms = 9223372036854775807, created_ms = -5",
        runs=False,
    ),
    "a history has no job": Damage(
        N.LEFTOVER, ["INSERT INTO errors VALUES (987654, '{}')"], "errors:987654"
    ),
    "a count is wrong": Damage(
        N.WRONG_COUNTS,
        ["UPDATE counts SET now = now + 7 WHERE status = 'queued' AND queue = 'emails'"],
        QUEUE,
    ),
    "a count is below what is there": Damage(
        N.WRONG_COUNTS, ["UPDATE counts SET ever = 0 WHERE queue = 'emails'"], QUEUE
    ),
    "the counts are deleted": Damage(
        N.WRONG_COUNTS, ["DELETE FROM counts WHERE queue = 'emails'"], QUEUE
    ),
    "a count has an unknown status": Damage(
        N.WRONG_COUNTS, ["INSERT INTO counts VALUES ('emails', 'lost', 3, 3)"], QUEUE
    ),
    "the memory of a lane is of a time to come": Damage(
        N.LASTING_MEMO,
        ["INSERT INTO turns VALUES ('lane', 1, 9000000000000, '[[], []]')"],
        "turns:lane",
    ),
}
BY_HAND: Final[Damages[str]] = {
    "the rule of a schedule is overwritten": Damage(
        N.UNREADABLE_SCHEDULE, ["UPDATE schedules SET rule = 'x' WHERE name = 'known'"], "known"
    ),
    "the time of a schedule is overwritten": Damage(
        N.UNREADABLE_SCHEDULE,
        ["UPDATE schedules SET next_ms = 9223372036854775807 WHERE name = 'known'"],
        "known",
    ),
    "a table is not of jobsys": Damage(N.UNKNOWN_KEY, ["CREATE TABLE mine (id INTEGER)"], "mine"),
    "a trigger is not of jobsys": Damage(
        N.UNKNOWN_KEY,
        ["CREATE TRIGGER mine AFTER DELETE ON turns BEGIN DELETE FROM notices; END"],
        "mine",
    ),
}
