"""Damage that SQL does to the file of `many_jobs.filled`."""

from typing import Final

from jobsys.ports.store_checker import FindingKind
from jobsys.testing.jobs import QUEUE
from tests.support.damage import Damage, Damages

N: Final = FindingKind


def update(key: str, change: str) -> str:
    return f"UPDATE jobs SET {change} WHERE key = '{key}'"  # noqa: S608 (words of this test)


DAMAGES: Final[Damages[str]] = {
    "a ready job stands in no place": Damage(
        N.NO_PLACE, [update("ready-002", "place = 'attic'")], "ready-002"
    ),
    "a lease stands in no place": Damage(
        N.NO_PLACE, [update("held-001", "place = ''")], "held-001"
    ),
    "a leased job stands among the ready ones": Damage(
        N.WRONG_PLACE, [update("held-001", "place = 'ready'")], "held-001"
    ),
    "the status of a leased job says that it waits": Damage(
        N.WRONG_PLACE, [update("held-001", "status = 'queued'")], "held-001", {N.WRONG_COUNTS}
    ),
    "a delayed job stands among the ended ones": Damage(
        N.WRONG_PLACE, [update("later-001", "place = 'done'")], "later-001"
    ),
    "an ended job stands among the ready ones": Damage(
        N.WRONG_PLACE, [update("done-001", "place = 'ready'")], "done-001"
    ),
    "a dead letter stands among the ended jobs": Damage(
        N.WRONG_PLACE, [update("dead-001", "place = 'done'")], "dead-001"
    ),
    "a ready job stands among those of another level": Damage(
        N.WRONG_PLACE, [update("ready-002", "priority = 1")], "ready-002"
    ),
    "a delayed job is put to another time": Damage(
        N.WRONG_DUE, [update("later-001", "score = 5")], "later-001"
    ),
    "a retrying job will never be due": Damage(
        N.WRONG_DUE, [update("retry-001", "score = 4611686018427387904")], "retry-001"
    ),
    "an envelope is lost": Damage(
        N.NO_BODY, [update("retry-001", "envelope = NULL")], "retry-001", never_runs="retry-001"
    ),
    "an envelope is overwritten": Damage(
        N.UNREADABLE_JOB,
        [update("ready-002", "envelope = x'ff'")],
        "ready-002",
        never_runs="ready-002",
    ),
    "a status is overwritten": Damage(
        N.UNREADABLE_JOB,
        [update("later-001", "status = 'lost'")],
        "later-001",
        {N.WRONG_COUNTS},
        "later-001",
    ),
    "a level is overwritten": Damage(
        N.UNREADABLE_JOB, [update("ready-002", "priority = 3")], "ready-002", never_runs="ready-002"
    ),
    "an instant is overwritten": Damage(
        N.UNREADABLE_JOB,
        [update("ready-002", "changed_ms = 9223372036854775807, created_ms = -5")],
        "ready-002",
        never_runs="ready-002",
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
