"""The cards of workers in memory."""

from collections.abc import Sequence

from jobsys.adapters.memory.store import MemoryStore
from jobsys.domain.worker_card import WorkerCard
from jobsys.ports.clock import Clock
from jobsys.ports.roster import KEPT_FOR, Roster, ShownCard


class MemoryRoster(Roster):
    """Keeps cards in a store."""

    def __init__(self, store: MemoryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def show(self, card: WorkerCard) -> None:
        with self._store.lock:
            self._store.cards[card.worker] = card, self._clock.now()

    async def take_down(self, worker: str) -> None:
        with self._store.lock:
            self._store.cards.pop(worker, None)

    async def cards(self) -> Sequence[ShownCard]:
        now = self._clock.now()
        with self._store.lock:
            for worker, (_, at) in list(self._store.cards.items()):
                if now - at >= KEPT_FOR:
                    del self._store.cards[worker]
            return [
                ShownCard(card, now - at) for _, (card, at) in sorted(self._store.cards.items())
            ]
