"""The state machine has exactly the moves that were designed: this table was written by hand."""

import pytest

from jobsys.domain.errors import IllegalTransition
from jobsys.domain.status import (
    DEAD,
    DELAYED,
    DONE,
    LEASED,
    READY,
    TRANSITIONS,
    JobEvent,
    JobStatus,
    next_row,
)

# from | event | to, then what becomes of the attempts and the crashes: kept, one more, or none left
DESIGN = """
new                                 | submitted      | queued              | kept | kept
new                                 | submitted      | scheduled           | kept | kept
new                                 | submitted      | blocked             | kept | kept
blocked                             | parents done   | queued, scheduled   | kept | kept
blocked                             | parent failed  | cancelled           | kept | kept
blocked, scheduled, queued, retrying| cancel         | cancelled           | kept | kept
scheduled, queued                   | replaced       | cancelled           | kept | kept
scheduled, retrying                 | due            | queued              | kept | kept
scheduled, retrying, queued         | rescheduled    | scheduled, queued   | kept | kept
blocked                             | reprioritised  | blocked             | kept | kept
scheduled                           | reprioritised  | scheduled           | kept | kept
retrying                            | reprioritised  | retrying            | kept | kept
queued                              | reprioritised  | queued              | kept | kept
queued                              | claimed        | processing          | kept | kept
processing                          | succeeded      | completed           | kept | kept
processing                          | failed         | retrying            | more | none
processing                          | failed         | failed              | more | kept
processing                          | snoozed        | scheduled           | kept | none
processing                          | held           | scheduled           | kept | kept
processing                          | unroutable     | failed              | kept | kept
processing                          | corrupt        | failed              | kept | kept
processing                          | expired        | cancelled           | kept | kept
processing                          | discarded      | cancelled           | kept | kept
processing                          | released       | queued              | kept | kept
processing                          | cancel         | cancelling          | kept | kept
processing                          | lease expired  | queued, failed      | kept | more
cancelling                          | succeeded      | completed           | kept | kept
cancelling                          | failed         | cancelled           | kept | kept
cancelling                          | snoozed        | cancelled           | kept | kept
cancelling                          | held           | cancelled           | kept | kept
cancelling                          | unroutable     | cancelled           | kept | kept
cancelling                          | corrupt        | cancelled           | kept | kept
cancelling                          | expired        | cancelled           | kept | kept
cancelling                          | discarded      | cancelled           | kept | kept
cancelling                          | released       | cancelled           | kept | kept
cancelling                          | lease expired  | cancelled           | kept | kept
cancelling                          | cancel         | cancelling          | kept | kept
failed, cancelled                   | replayed       | queued              | none | none
completed, cancelled, failed        | retention over | gone                | kept | kept
blocked, scheduled, queued, retrying| deleted        | gone                | kept | kept
completed, failed, cancelled        | deleted        | gone                | kept | kept
"""


def designed() -> set[tuple[str, ...]]:
    lines = [[cell.strip() for cell in line.split("|")] for line in DESIGN.strip().splitlines()]
    return {
        (source, event, target, attempts, crashes)
        for sources, event, targets, attempts, crashes in lines
        for source in sources.split(", ")
        for target in targets.split(", ")
    }


def written() -> list[tuple[str, ...]]:
    words = {0: "kept", 1: "more"}
    return [
        (
            source or "new",
            row.event.value,
            row.target or "gone",
            "none" if row.starts_over else words[row.attempts],
            "none" if row.starts_over or row.clears_crashes else words[row.crashes],
        )
        for row in TRANSITIONS
        for source in row.sources
    ]


def test_the_table_has_every_designed_move_once_and_no_other() -> None:
    assert sorted(written()) == sorted(designed())


def test_every_event_has_a_row() -> None:
    assert {row.event for row in TRANSITIONS} == set(JobEvent)


@pytest.mark.parametrize("source", [None, *JobStatus])
@pytest.mark.parametrize("event", JobEvent)
def test_a_move_that_is_not_in_the_table_is_illegal(
    source: JobStatus | None, event: JobEvent
) -> None:
    if (source or "new", event.value) in {move[:2] for move in designed()}:
        assert next_row(source, event).event is event
    else:
        with pytest.raises(IllegalTransition, match=event.value):
            next_row(source, event)


def test_a_target_chooses_among_several_moves() -> None:
    for target in (JobStatus.RETRYING, JobStatus.FAILED):
        assert next_row(JobStatus.PROCESSING, JobEvent.FAILED, target).target is target


def test_a_target_that_no_move_has_is_illegal() -> None:
    with pytest.raises(IllegalTransition):
        next_row(JobStatus.PROCESSING, JobEvent.FAILED, JobStatus.COMPLETED)


def test_each_status_belongs_to_one_place() -> None:
    places = [READY, DELAYED, LEASED, DONE, DEAD]
    assert sorted(status for place in places for status in place) == sorted(JobStatus)


def test_no_worker_touches_a_final_job_and_every_other_can_still_end() -> None:
    for status in JobStatus:
        leaves = {row.event for row in TRANSITIONS if status in row.sources}
        assert status.is_final == (JobEvent.RETENTION_OVER in leaves)
        assert status.is_final or leaves & {JobEvent.CANCEL}
