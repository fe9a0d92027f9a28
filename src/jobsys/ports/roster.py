"""The cards that workers show: who is there, and which jobs each would take."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Protocol

from jobsys.domain.value import value
from jobsys.domain.worker_card import WorkerCard

KEPT_FOR: Final = timedelta(minutes=10)
"""How long a card is kept that is not shown again."""


@value
class ShownCard:
    """A card, and how long ago it was shown, by the backend's clock."""

    card: WorkerCard
    age: timedelta


class Roster(Protocol):
    """The cards of a deployment, for people and their tools: nothing is claimed or freed by them.

    Every method raises `QueueUnavailable` when the backend does not answer.
    """

    @abstractmethod
    async def show(self, card: WorkerCard) -> None:
        """Puts a worker's card in the place of its last one.

        A card that is not shown again is kept for ten minutes.
        """

    @abstractmethod
    async def take_down(self, worker: str) -> None:
        """Removes a worker's card; one that is not there is removed already."""

    @abstractmethod
    async def cards(self) -> Sequence[ShownCard]:
        """Returns the cards of all workers, in the order of their names.

        A card that cannot be read is left out.
        """
