"""Replaying and removing many dead letters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jobsys.application.commands import replay
from jobsys.application.dead_letter_search import looked_at
from jobsys.domain.dead_letter import DeadLetterFilter
from jobsys.domain.errors import InvalidJob
from jobsys.domain.job_id import JobId
from jobsys.domain.move import Move
from jobsys.domain.status import JobEvent, JobStatus
from jobsys.domain.value import value
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.job_queue import JobQueue, Moved

BATCH: Final = 200

Progress = Callable[[int, int], None]
"""Is told how many are done, of how many."""


class DeadLetterOutcome(StrEnum):
    """What became of one dead letter.

    TOO_LATE: it is none any more. Somebody else was first, or this very call, its reply lost.
    DUPLICATE: it must be unique, and another job of its kind is there.
    """

    REPLAYED = "replayed"
    REMOVED = "removed"
    TOO_LATE = "too_late"
    DUPLICATE = "duplicate"
    NOT_FOUND = "not_found"


@value
class DeadLetterSweep:
    """What became of all dead letters that were meant; of a dry run, only how many they are.

    `more` is true where the limit left some out.
    """

    matched: int
    more: bool
    outcomes: Mapping[JobId, DeadLetterOutcome]

    @property
    def done(self) -> int:
        """How many were replayed, or removed."""
        made = (DeadLetterOutcome.REPLAYED, DeadLetterOutcome.REMOVED)
        return sum(outcome in made for outcome in self.outcomes.values())


@dataclass(frozen=True, slots=True)
class MoveDeadLetters:
    """Replay or remove jobs, many with each call of the queue.

    `source` is the one state in which they are taken; None takes any that the event allows.
    """

    event: JobEvent
    source: JobStatus | None = None
    progress: Progress | None = None

    async def run(
        self, queue: JobQueue, inspector: JobInspector, ids: Iterable[JobId]
    ) -> Mapping[JobId, DeadLetterOutcome]:
        """Says what became of each job; where the queue fails, a repeat does the rest."""
        meant, outcomes = list(dict.fromkeys(ids)), dict[JobId, DeadLetterOutcome]()
        for start in range(0, len(meant), BATCH):
            moves = await self._moves(inspector, meant[start : start + BATCH])
            for move, moved in zip(moves, await queue.move(moves), strict=True):
                outcomes[moved.job_id] = _outcome(move, moved)
            if self.progress is not None:
                self.progress(len(outcomes), len(meant))
        return outcomes

    async def _moves(self, inspector: JobInspector, ids: Sequence[JobId]) -> Sequence[Move]:
        """Returns a move for each; one that comes back may have to be unique, as its record says."""
        replays = self.event is JobEvent.REPLAYED
        found = await inspector.get(ids if replays else ())
        return [
            replay(found[job_id], self.source)
            if job_id in found
            else Move(job_id, self.event, source=self.source)
            for job_id in ids
        ]


@dataclass(frozen=True, slots=True)
class SweepDeadLetters:
    """Replay or remove those that are meant, up to `limit` of them; `dry_run` only counts them.

    They are looked for first: one that fails anew meanwhile is not taken twice.
    """

    wanted: DeadLetterFilter
    limit: int
    dry_run: bool
    event: JobEvent
    progress: Progress | None = None

    async def run(self, queue: JobQueue, inspector: JobInspector) -> DeadLetterSweep:
        """Says what became of each.

        Raises:
            InvalidJob: the limit is no number of jobs.
        """
        if self.limit < 1:
            raise InvalidJob(f"limit: at least one dead letter, not {self.limit}")
        ids = await self._meant(inspector)
        more, taken = len(ids) > self.limit, ids[: self.limit]
        if self.dry_run:
            return DeadLetterSweep(len(taken), more, {})
        # A job that somebody has replayed since is none of those that were meant.
        moves = MoveDeadLetters(self.event, JobStatus.FAILED, self.progress)
        return DeadLetterSweep(len(taken), more, await moves.run(queue, inspector, taken))

    async def _meant(self, inspector: JobInspector) -> Sequence[JobId]:
        """Returns the ids of those that are meant, and of one beyond the limit, if there is one."""
        ids = dict[JobId, None]()
        async for records in looked_at(inspector, self.wanted):
            ids.update(dict.fromkeys(record.id for record in records))
            if len(ids) > self.limit:
                break
        return list(ids)


def _outcome(move: Move, moved: Moved) -> DeadLetterOutcome:
    if moved.before is None:
        return DeadLetterOutcome.NOT_FOUND
    if not moved.applied:
        was_dead = moved.before in move.rows
        return DeadLetterOutcome.DUPLICATE if was_dead else DeadLetterOutcome.TOO_LATE
    return DeadLetterOutcome.REPLAYED if moved.after else DeadLetterOutcome.REMOVED
