"""Where a job belongs, by its record, in the terms of the scripts."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from jobsys.adapters.redis.records import record_of
from jobsys.adapters.redis.standing import parsed
from jobsys.domain.instants import span_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.mending import stays_for, unfit
from jobsys.domain.priority import ALL_LEVELS
from jobsys.domain.record import JobRecord
from jobsys.domain.status import DEAD, DELAYED, DONE, LEASED, READY, Reason

FIRST_LIST: Final = 3
FIRST_VOID: Final = 7
DELAYED_SET, LEASED_SET, DONE_SET, DEAD_SET = 11, 12, 13, 14
RESULTS, ERRORS = 15, 16
"""The numbers of a queue's keys, counted from 1 as the scripts do; see `KeyLayout.of_queue`."""
LISTS: Final = range(FIRST_LIST, FIRST_LIST + len(ALL_LEVELS))
SETS: Final = (DELAYED_SET, LEASED_SET, DONE_SET, DEAD_SET)
WORDS: Final = {
    **{FIRST_LIST + i: f"the list {level.label}" for i, level in enumerate(ALL_LEVELS)},
    DELAYED_SET: "delayed",
    LEASED_SET: "processing",
    DONE_SET: "done",
    DEAD_SET: "failed",
}
_SET_OF: Final = {
    **dict.fromkeys(DELAYED, DELAYED_SET),
    **dict.fromkeys(LEASED, LEASED_SET),
    **dict.fromkeys(DONE, DONE_SET),
    **dict.fromkeys(DEAD, DEAD_SET),
}


class Spot(NamedTuple):
    """An entry of a list or a member of a sorted set."""

    number: int
    name: str


class Home(NamedTuple):
    """The one spot of a job, its score there if that is told, and for how long it may stay."""

    spot: Spot
    score: str | None
    span: int


class Judged(NamedTuple):
    """What a job's record says: where it belongs, or why it cannot be run."""

    record: JobRecord
    home: Home | None
    unfit: Reason | None


def judged(job_id: JobId, stored: bytes | None, state: bytes | None) -> Judged:
    """Returns what the record of a job says; one whose state cannot be read belongs nowhere."""
    record = record_of(job_id, stored, state)
    if state is not None and not _can_be_read(state):
        return Judged(record, None, Reason.CORRUPT)
    return Judged(record, _home(record, state), unfit(record))


def _can_be_read(state: bytes) -> bool:
    try:
        parsed(state)
    except (ValueError, OverflowError):
        return False
    return True


def _home(record: JobRecord, state: bytes | None) -> Home:
    span = span_ms(stays_for(record))
    holder = state.split(b" ", 3)[2].decode() if state else "-"
    if record.status in READY:
        number = FIRST_LIST + ALL_LEVELS.index(record.priority)
        mark = "" if holder == "-" else holder
        return Home(Spot(number, record.id.key + mark), None, span)
    score = None
    if record.status in DELAYED:
        score = holder if holder.isdigit() else "inf"
    return Home(Spot(_SET_OF[record.status], record.id.key), score, span)


def names_of(spots: Sequence[Spot]) -> str:
    """Returns the places of spots, in words."""
    return ", ".join(WORDS[spot.number] for spot in spots)
