"""Makes stories up: few queues, few keys and few instants, so that much collides."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import chain
from math import prod
from typing import Final, TypeVar

from hypothesis import strategies as st

from jobsys.domain.edit import Edit
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.move import Move
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.retention import Retention
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.ports.job_inspector import JobQuery
from jobsys.ports.submission import Submission
from jobsys.ports.sweep import Sweep
from jobsys.ports.turn import Claim
from jobsys.testing.differential.leasing import End, Extend, Reclaim, Renew, Repeat, TakeTurn
from jobsys.testing.differential.operation import (
    Count,
    Damage,
    DoTick,
    Find,
    Forward,
    Get,
    MakeEdit,
    MakeMoves,
    Operation,
    Submit,
)
from jobsys.testing.endings import SETTLE_EVENTS
from jobsys.testing.virtual_clock import START

T = TypeVar("T")


def drawn(make: Callable[..., T], *choices: Sequence[object]) -> st.SearchStrategy[T]:
    """Draws one of each of the choices by one number, at a tenth of the cost of a draw for each."""

    def made(number: int) -> T:
        arguments: list[object] = []
        for options in choices:
            number, index = divmod(number, len(options))
            arguments.append(options[index])
        return make(*arguments)

    return st.integers(0, prod(map(len, choices)) - 1).map(made)


def some(items: st.SearchStrategy[T], at_most: int) -> st.SearchStrategy[tuple[T, ...]]:
    """Draws one or more."""
    return st.lists(items, min_size=1, max_size=at_most).map(tuple)


def removal(job_id: JobId, source: JobStatus) -> Move:
    """Returns the removal of a job that stands in one state."""
    return Move(job_id, JobEvent.DELETED, source=source)


SECOND: Final = timedelta(seconds=1)
DELAYS: Final = (0 * SECOND, SECOND, 5 * SECOND, 30 * SECOND)
DUES: Final = (*DELAYS, *(START + delay for delay in DELAYS))
QUEUES: Final = ("a", "a", "a", "b")
QUEUE_SETS: Final = (("a",), ("b",), ("a", "b"), ("b", "a"))
IDS: Final = [JobId.of(queue, key) for queue in QUEUES for key in "uvwxyz"]
TYPES: Final = ("copy", "scan")
PRIORITIES: Final = (JobPriority.NORMAL, *JobPriority)
LANES: Final = ("lane.1", "lane.1", "other.2")
SWEEPS: Final = (
    *(Sweep(gone) for gone in ((), (), ("lane",), ("lane", "other"))),
    *(Sweep(gone, grace) for gone in ((), ("other",)) for grace in (2 * SECOND, 10 * SECOND)),
)
LIMITS: Final = (1, 2, 3, 100, 100)
BACKS: Final = range(6)
BRIEF: Final = Retention(done=5 * SECOND, dead=30 * SECOND)
HEADERS: Final = [Header(type=name, retention=kept) for name in TYPES for kept in (None, BRIEF)]
DAMAGE: Final = (b"\xff no envelope", b"{}\n{}")
PAYLOADS: Final = (JobPayload(b"{}"), JobPayload(b'{"name":"\xc3\xa4 \\"q\\""}'))

submissions = drawn(
    Submission, IDS, HEADERS, PAYLOADS, PRIORITIES, (None,) * 16 + DUES, [False] * 7 + [True]
)
ends = drawn(
    End,
    BACKS,
    (*SETTLE_EVENTS, JobEvent.SUCCEEDED, JobEvent.RELEASED, JobEvent.FAILED),
    (False, True),
    DELAYS,
    ("",) * 8 + ("token", "lane"),
)
claims = drawn(Claim, QUEUES, LIMITS)
claims_of_both = st.tuples(drawn(Claim, ["a"], LIMITS), drawn(Claim, ["b"], LIMITS))
turns = st.builds(
    TakeTurn,
    st.sampled_from(LANES),
    st.lists(ends, max_size=4).map(tuple),
    st.just(()) | claims.map(lambda claim: (claim,)) | claims_of_both,
    st.sampled_from([10 * SECOND, SECOND]),
)
renewals = drawn(Renew, BACKS, (0, 50, 100), ("", "half way"), (False, True))

ENDING: Final = (
    JobEvent.CANCEL,
    JobEvent.REPLAYED,
    JobEvent.REPLAYED,
    JobEvent.PARENT_FAILED,
    JobEvent.REPLACED,
    JobEvent.DELETED,
)
TIMING: Final = (JobEvent.RESCHEDULED, JobEvent.PARENTS_DONE)
REASONS: Final = (None, Reason.REQUESTED)
moves = st.one_of(
    drawn(Move, IDS, ENDING, [None], [None], [None], REASONS, (5 * SECOND, timedelta(days=1))),
    drawn(removal, IDS, (JobStatus.FAILED, JobStatus.QUEUED)),
    drawn(Move, IDS, TIMING, [JobStatus.SCHEDULED], DUES),
    drawn(Move, IDS, TIMING, [JobStatus.QUEUED]),
    drawn(Move, IDS, [JobEvent.REPRIORITISED], [None], [None], PRIORITIES),
)
edits = drawn(Edit, IDS, HEADERS, PAYLOADS, (*PAYLOADS, *map(JobPayload, DAMAGE)), [START])
queries = drawn(JobQuery, (None, *JobStatus), (None, "a", "b", "c"), (None, *TYPES))

WEIGHTED: Final[Sequence[tuple[int, st.SearchStrategy[Operation]]]] = (
    (5, some(submissions, 4).map(Submit)),
    (8, turns),
    (2, drawn(Repeat, LANES, (0, 0, 0, 1, 2))),
    (2, st.builds(Extend, some(renewals, 3), st.sampled_from(DELAYS[1:]))),
    (2, drawn(Reclaim, LANES, QUEUE_SETS, LIMITS, SWEEPS)),
    (2, drawn(DoTick, QUEUE_SETS, LIMITS)),
    (5, some(moves, 4).map(MakeMoves)),
    (1, st.builds(Find, queries, st.sampled_from(LIMITS))),
    (1, some(st.sampled_from(IDS), 6).map(Get)),
    (1, st.builds(Count)),
    (4, drawn(Forward, (*DELAYS[1:], 10 * SECOND))),
    (2, edits.map(MakeEdit)),
    (1, drawn(Damage, IDS, DAMAGE)),
)
# Not `one_of`, which would draw each strategy as often as any other.
steps = st.sampled_from([strategy for weight, strategy in WEIGHTED for _ in range(weight)]).flatmap(
    lambda strategy: strategy
)


class Story(list[Operation]):
    """Some steps; its representation is short, for Hypothesis makes one of each story that fails."""

    def __repr__(self) -> str:
        return f"<a story of {len(self)} steps>"


def stories() -> st.SearchStrategy[Story]:
    """Draws stories of about fifty steps.

    Lists of lists, because Hypothesis draws short lists however long they may be.
    """
    scenes = st.lists(st.lists(steps, min_size=1, max_size=15), min_size=1, max_size=15)
    return st.builds(lambda *acts: Story(chain.from_iterable(chain(*acts))), scenes, scenes)
