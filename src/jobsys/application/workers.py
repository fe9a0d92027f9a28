"""What an operator sees of workers."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

from jobsys.domain.value import value
from jobsys.domain.worker_card import WorkerCard
from jobsys.ports.roster import Roster, ShownCard

SILENT_AFTER: Final = timedelta(seconds=7.5)
"""A healthy worker shows its card every five seconds."""


class WorkerState(StrEnum):
    """Whether a worker would take a job now; the words are stable."""

    READY = "ready"
    NOT_READY = "not_ready"
    SILENT = "silent"


@value
class WorkerView:
    """A worker as it last told of itself, how long ago that was, and how it stands."""

    card: WorkerCard
    age: timedelta

    @property
    def state(self) -> WorkerState:
        """Whether it would take a job now."""
        if abs(self.age) > SILENT_AFTER:  # a clock that was set back makes it negative
            return WorkerState.SILENT
        return WorkerState.READY if self.card.is_ready else WorkerState.NOT_READY

    @property
    def why(self) -> str:
        """What keeps it from taking a job; empty where nothing does."""
        if self.state is WorkerState.SILENT:
            return (
                f"not heard of for {self.age.total_seconds():.0f} s: its process is gone or stands"
                " still, its event loop is blocked, or it does not reach the backend"
            )
        if self.state is WorkerState.NOT_READY:
            return "it starts or stops, or its calls to the backend go wrong"
        return ""


class WorkerBook:
    """The workers of all processes."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    async def find(self) -> Sequence[WorkerView]:
        """Returns the workers that have told of themselves in the last ten minutes, by name.

        One that stopped in order is not among them.
        """
        return [_view(shown) for shown in await self._roster.cards()]


def _view(shown: ShownCard) -> WorkerView:
    return WorkerView(shown.card, shown.age)
