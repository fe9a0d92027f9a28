"""Looking through the keys of the namespace: which there are, of which type, and for how long."""

from collections.abc import AsyncIterator, Sequence

from jobsys.adapters.redis.key_families import FAMILIES
from jobsys.adapters.redis.parts import part
from jobsys.adapters.redis.scans import key_pages, text
from jobsys.adapters.redis.store import RedisStore
from jobsys.ports.store_checker import Finding, FindingKind


class KeyCheck:
    """One walk over the keys: the queues that have any, and those of which one has a foreign type.

    `memos` are findings that a script may look at where the queue is not broken.
    """

    def __init__(self, store: RedisStore) -> None:
        self.queues: set[str] = set()
        self.broken: set[str] = set()
        self.memos: list[Finding] = []
        self._client = store.client
        self._layout = store.layout

    async def pages(self) -> AsyncIterator[tuple[int, list[Finding]]]:
        """Yields how many keys each page had, and what is wrong with them."""
        async for page in key_pages(self._client, self._layout.pattern()):
            yield len(page), await self._of(page)

    async def _of(self, page: Sequence[bytes]) -> list[Finding]:
        pipeline = self._client.pipeline(transaction=False)
        for key in page:
            pipeline.type(key)
            pipeline.pttl(key)
        answers = await pipeline.execute()
        pairs = zip(page, answers[::2], answers[1::2], strict=True)
        looked = [self._look(text(key), of, left) for key, of, left in pairs]
        return [finding for finding in looked if finding is not None]

    def _look(self, key: str, of: bytes, left_ms: int) -> Finding | None:
        named, found = self._layout.named_by(key), of.decode()
        if named is None:
            told = f"no key of jobsys: a {found}; delete it, or give jobsys another namespace"
            return Finding(FindingKind.UNKNOWN_KEY, "", key, told)
        family, queue = named
        if queue:
            self.queues.add(queue)
        if found not in (FAMILIES[family].type, "none"):
            self.broken.add(queue)
            told = f"a {found}, and should be a {FAMILIES[family].type}: rename it, or delete it"
            return Finding(FindingKind.WRONG_TYPE, queue, key, told)
        if family == "turn" and left_ms == -1:
            told = "the memory of a lane's last turn, without an end"
            self.memos.append(part(FindingKind.LASTING_MEMO, queue, key, told, ["memo"]))
        return None
