"""The cards of workers in a file."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.instants import span_ms, to_ms
from jobsys.domain.worker_card import WorkerCard, read, told
from jobsys.ports.clock import Clock
from jobsys.ports.roster import KEPT_FOR, Roster, ShownCard

_KEPT_MS: Final = span_ms(KEPT_FOR)


class SqliteRoster(Roster):
    """Keeps cards in the file of a store."""

    def __init__(self, store: SqliteStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def show(self, card: WorkerCard) -> None:
        def put(transaction: Transaction) -> int:
            transaction.execute(
                "DELETE FROM cards WHERE shown_ms <= ?", (transaction.now - _KEPT_MS,)
            )
            row = card.worker, told(card), transaction.now
            return transaction.execute(
                "INSERT OR REPLACE INTO cards VALUES (?, ?, ?)", row
            ).rowcount

        await self._store.write(put)

    async def take_down(self, worker: str) -> None:
        removal = "DELETE FROM cards WHERE worker = ?"
        await self._store.write(lambda t: t.execute(removal, (worker,)).rowcount)

    async def cards(self) -> Sequence[ShownCard]:
        now = to_ms(self._clock.now())

        def kept(snapshot: Snapshot) -> Sequence[tuple[str, int]]:
            wanted = "SELECT card, shown_ms FROM cards WHERE shown_ms > ? ORDER BY worker"
            return snapshot.execute(wanted, (now - _KEPT_MS,)).fetchall()

        found = [(read(text), at) for text, at in await self._store.read(kept)]
        return [ShownCard(card, timedelta(milliseconds=now - at)) for card, at in found if card]
