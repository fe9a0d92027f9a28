"""Makes stories up: few queues, few keys and few instants, so that much collides."""

from datetime import timedelta
from typing import Final, TypeVar

from hypothesis import strategies as st

from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.move import Move
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.retention import Retention
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.ports.job_inspector import JobQuery
from jobsys.ports.job_queue import Claim, Submission
from jobsys.testing.differential.leasing import End, Extend, Reclaim, Renew, Repeat, TakeTurn
from jobsys.testing.differential.operation import (
    Count,
    Damage,
    DoTick,
    Find,
    Forward,
    Get,
    MakeMoves,
    Operation,
    Submit,
)
from jobsys.testing.endings import SETTLE_EVENTS
from jobsys.testing.virtual_clock import START

T = TypeVar("T")

_SECONDS: Final = [timedelta(seconds=number) for number in (0, 1, 5, 30)]
_RETENTION: Final = Retention(done=timedelta(seconds=5), dead=timedelta(seconds=30))

queues = st.sampled_from(["a", "a", "a", "b"])
queue_sets = st.sampled_from([("a",), ("b",), ("a", "b"), ("b", "a")])
ids = st.builds(JobId.of, queues, st.sampled_from("uvwxyz"))
types = st.sampled_from(["copy", "scan"])
priorities = st.sampled_from([JobPriority.NORMAL, *JobPriority])
delays = st.sampled_from(_SECONDS)
dues = delays | delays.map(lambda delay: START + delay)
lanes = st.sampled_from(["lane-1", "lane-2", "lane-3"])
limits = st.sampled_from([1, 2, 3, 100])
backs = st.integers(0, 5)


def _tuples(items: st.SearchStrategy[T], at_most: int) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(items, min_size=1, max_size=at_most).map(tuple)


headers = st.builds(Header, type=types, retention=st.sampled_from([None, None, _RETENTION]))
submissions = st.builds(
    Submission,
    ids,
    headers,
    st.sampled_from([JobPayload(b"{}"), JobPayload(b'{"name":"\xc3\xa4 \\"q\\""}')]),
    priorities,
    st.none() | dues,
    st.sampled_from([False, False, False, True]),
)
ends = st.builds(
    End,
    backs,
    st.sampled_from([*SETTLE_EVENTS, JobEvent.SUCCEEDED, JobEvent.RELEASED, JobEvent.FAILED]),
    st.booleans(),
    delays,
    st.sampled_from(["", "", "", "", "", "", "token", "lane"]),
)
claims = st.builds(Claim, queues, limits)
one_claim_a_queue = st.lists(claims, max_size=2, unique_by=lambda claim: claim.queue).map(tuple)
turns = st.builds(
    TakeTurn,
    lanes,
    st.lists(ends, max_size=4).map(tuple),
    one_claim_a_queue,
    st.sampled_from([timedelta(seconds=10), timedelta(seconds=1)]),
)
renewals = st.builds(
    Renew, backs, st.sampled_from([0, 50, 100]), st.sampled_from(["", "half way"]), st.booleans()
)
plain_moves = st.builds(
    Move,
    ids,
    st.sampled_from(
        [
            JobEvent.CANCEL,
            JobEvent.CANCEL,
            JobEvent.REPLAYED,
            JobEvent.PARENT_FAILED,
            JobEvent.REPLACED,
            JobEvent.DELETED,
        ]
    ),
    reason=st.sampled_from([None, Reason.REQUESTED]),
    keep_for=st.sampled_from([timedelta(seconds=5), timedelta(days=1)]),
)
due_moves = st.builds(
    Move,
    ids,
    st.sampled_from([JobEvent.RESCHEDULED, JobEvent.PARENTS_DONE]),
    st.just(JobStatus.SCHEDULED),
    dues,
)
ready_moves = st.builds(
    Move,
    ids,
    st.sampled_from([JobEvent.RESCHEDULED, JobEvent.PARENTS_DONE]),
    st.just(JobStatus.QUEUED),
)
level_moves = st.builds(Move, ids, st.just(JobEvent.REPRIORITISED), priority=priorities)
queries = st.builds(
    JobQuery,
    st.none() | st.sampled_from(JobStatus),
    st.none() | st.sampled_from(["a", "b", "c"]),
    st.none() | types,
)
damages = st.builds(Damage, ids, st.sampled_from([b"\xff no envelope", b"{}\n{}"]))

_WEIGHTED: Final[list[tuple[int, st.SearchStrategy[Operation]]]] = [
    (5, st.builds(Submit, _tuples(submissions, 4))),
    (8, turns),
    (1, st.builds(Repeat, lanes, st.sampled_from([0, 0, 0, 1, 2]))),
    (2, st.builds(Extend, _tuples(renewals, 3), st.sampled_from(_SECONDS[1:]))),
    (2, st.builds(Reclaim, lanes, queue_sets, limits)),
    (2, st.builds(DoTick, queue_sets, st.sampled_from([1, 2, 100, 100]))),
    (5, st.builds(MakeMoves, _tuples(plain_moves | due_moves | ready_moves | level_moves, 4))),
    (1, st.builds(Find, queries, limits)),
    (1, st.builds(Get, _tuples(ids, 6))),
    (1, st.builds(Count)),
    (4, st.builds(Forward, st.sampled_from([*_SECONDS[1:], timedelta(seconds=10)]))),
    (1, damages),
]

steps = st.one_of([strategy for weight, strategy in _WEIGHTED for _ in range(weight)])


def stories() -> st.SearchStrategy[list[Operation]]:
    """Draws stories of about forty steps; a story that fails is cut down to what matters."""
    scenes = st.lists(st.lists(steps, min_size=1, max_size=12), min_size=1, max_size=12)
    return scenes.map(lambda parts: [step for part in parts for step in part])
