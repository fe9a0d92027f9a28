"""The ends of attempts on their way to the queue."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from jobsys.application.reporter import Reporter
from jobsys.domain.transition import Transition
from jobsys.ports.turn import Refusal, Turn
from jobsys.ports.worker_pool import WorkerPool

log = logging.getLogger("jobsys.worker")

LARGEST_SETTLE: Final = 500

Announce = Callable[[Sequence[Transition]], None]
"""Takes note of transitions that were applied; never waits."""


class Settler:
    """Collects transitions for the next turn: an end waits for the call in flight, never longer."""

    def __init__(self, pool: WorkerPool, reporter: Reporter) -> None:
        self._pool = pool
        self._reporter = reporter
        self._again: list[Transition] = []
        self._postponed: list[Transition] = []

    @property
    def pending(self) -> bool:
        """True while something is not settled that was put back here."""
        return bool(self._again or self._postponed)

    def take(self) -> list[Transition]:
        """Returns what is to be settled now, as far as one turn takes it."""
        waiting = self._again + self._pool.finished()
        self._again = waiting[LARGEST_SETTLE:]
        return waiting[:LARGEST_SETTLE]

    def add(self, transitions: Iterable[Transition]) -> None:
        """Adds transitions that did not come out of the pool."""
        self._again += transitions

    def resume(self) -> None:
        """Puts what was postponed, because its queue failed, into the next turn."""
        self._again += self._postponed
        self._postponed = []

    def answered(self, asked: Sequence[Transition], turn: Turn) -> list[Transition]:
        """Returns the transitions that a turn has ended, whether applied or lost.

        One whose job's cancel was asked for meanwhile is settled again from there; one whose queue
        failed is postponed. What was applied is counted and announced, once.
        """
        ended: list[Transition] = []
        applied: list[Transition] = []
        for index, transition in enumerate(asked):
            refusal = turn.refused.get(index) if turn.refused else None
            if turn.failures and transition.record.id.queue in turn.failures:
                self._postponed.append(transition)
            elif refusal is Refusal.CANCELLING:
                self._again.append(transition.despite_cancel())
            else:
                ended.append(transition)
                if refusal is None:
                    applied.append(transition)
                else:
                    log.warning(
                        "the end of job %s comes too late and is refused", transition.record.id
                    )
        self._reporter.settled(applied)
        return ended
