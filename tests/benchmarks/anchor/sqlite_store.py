"""The anchor on SQLite: one table, WAL, synchronous=FULL, a transaction for each call."""

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from typing import Final

from tests.benchmarks.anchor.store import LEASE_MS, Job, Store

SCHEMA: Final = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;
CREATE TABLE IF NOT EXISTS raw (
    id INTEGER PRIMARY KEY, kind TEXT, payload BLOB, state TEXT DEFAULT 'queued',
    worker TEXT, lease REAL, attempt INTEGER DEFAULT 0
);
CREATE INDEX IF NOT EXISTS ready ON raw (id) WHERE state = 'queued';
CREATE INDEX IF NOT EXISTS leased ON raw (lease) WHERE state = 'running';
"""
CLAIM: Final = """
UPDATE raw SET state = 'running', worker = ?, lease = ?, attempt = attempt + 1
WHERE id IN (SELECT id FROM raw WHERE state = 'queued' ORDER BY id LIMIT ?)
RETURNING id, kind, payload
"""
DONE: Final = "UPDATE raw SET state = 'done', lease = NULL WHERE id = ? AND worker = ?"
PAUSE: Final = 0.01


class SqliteStore(Store):
    """A file."""

    def __init__(self, path: str) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.executescript(SCHEMA)

    async def put(self, kind: str, payloads: Sequence[bytes]) -> None:
        self._file.execute("BEGIN IMMEDIATE")
        self._file.executemany(
            "INSERT INTO raw (kind, payload) VALUES (?, ?)", [(kind, each) for each in payloads]
        )
        self._file.execute("COMMIT")

    async def turn(self, worker: str, done: Sequence[bytes], limit: int) -> Sequence[Job]:
        self._file.execute("BEGIN IMMEDIATE")
        self._file.executemany(DONE, [(int(key), worker) for key in done])
        until = time.time() + LEASE_MS / 1000
        rows = self._file.execute(CLAIM, (worker, until, limit)).fetchall() if limit else []
        self._file.execute("COMMIT")
        return [(b"%d" % key, kind.encode(), payload) for key, kind, payload in rows]

    async def wait(self) -> None:
        await asyncio.sleep(PAUSE)

    async def close(self) -> None:
        self._file.close()
