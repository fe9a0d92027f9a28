"""The cards of workers in Redis: one hash, which ends with the last of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from jobsys.adapters.redis.errors import translated
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.instants import span_ms
from jobsys.domain.worker_card import WorkerCard, read, told
from jobsys.ports.roster import KEPT_FOR, Roster, ShownCard


class RedisRoster(Roster):
    """Keeps each card with the time at which it was shown."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._cards = store.layout.cards

    async def show(self, card: WorkerCard) -> None:
        args = card.worker, told(card), span_ms(KEPT_FOR)
        await self._store.run("card", [self._cards], args)

    async def take_down(self, worker: str) -> None:
        with translated(self._store.address):
            await self._store.client.hdel(self._cards, worker)

    async def cards(self) -> Sequence[ShownCard]:
        answer = await self._store.run("cards", [self._cards], ())
        now, *pairs = cast("tuple[int, *tuple[bytes, ...]]", answer)
        stored = sorted(zip(pairs[::2], pairs[1::2], strict=True))
        found = [_shown(text, int(now)) for _, text in stored]
        return [shown for shown in found if shown is not None and shown.age < KEPT_FOR]


def _shown(stored: bytes, now: int) -> ShownCard | None:
    at, _, text = stored.partition(b" ")
    card = read(text)
    try:
        age = timedelta(milliseconds=now - int(at))
    except (ValueError, OverflowError):
        return None
    return None if card is None else ShownCard(card, age)
