"""The anchor in memory: a deque and a dict."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.anchor.store import Job, Store


@dataclass
class Record:
    """What is known of a job."""

    kind: bytes
    payload: bytes
    state: str = "queued"
    worker: str = ""


class MemoryStore(Store):
    """A store of this process."""

    def __init__(self) -> None:
        self._ready: deque[bytes] = deque()
        self._records: dict[bytes, Record] = {}
        self._wake = asyncio.Event()

    async def put(self, kind: str, payloads: Sequence[bytes]) -> None:
        for payload in payloads:
            key = b"%d" % len(self._records)
            self._records[key] = Record(kind.encode(), payload)
            self._ready.append(key)
        self._wake.set()

    async def turn(self, worker: str, done: Sequence[bytes], limit: int) -> Sequence[Job]:
        for key in done:
            self._records[key].state = "done"
        claimed: list[Job] = []
        while self._ready and len(claimed) < limit:
            key = self._ready.popleft()
            record = self._records[key]
            record.state, record.worker = "running", worker
            claimed.append((key, record.kind, record.payload))
        self._wake.clear()
        return claimed

    async def wait(self) -> None:
        await self._wake.wait()

    async def close(self) -> None:
        """Leaves nothing behind."""
