"""A relay whose database hangs: nothing waits for it for long."""

import asyncio
import sqlite3
import threading
from contextlib import suppress
from typing import Final

import pytest

from jobsys.adapters.sql import outbox_rows
from jobsys.adapters.sql.outbox_rows import SqlOutboxRows
from tests.integration.sql.desk import TABLE

LONG: Final = 20


class Hanging(sqlite3.Connection):
    """Opens cursors only once it is let."""

    asked = threading.Event()
    let = threading.Event()
    closed = threading.Event()

    def cursor(self) -> sqlite3.Cursor:  # type: ignore[override]  # a cursor of its own
        """Opens a cursor."""
        Hanging.asked.set()
        Hanging.let.wait(LONG)
        return super().cursor()

    def close(self) -> None:
        """Tells that it was closed."""
        super().close()
        Hanging.closed.set()


async def test_a_database_that_hangs_is_not_waited_for_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox_rows, "CLOSE_WITHIN", 0.05)
    rows = SqlOutboxRows(lambda: sqlite3.connect(":memory:", factory=Hanging), TABLE)
    asking = asyncio.create_task(rows.are_any())
    assert await asyncio.to_thread(Hanging.asked.wait, LONG)
    try:
        async with asyncio.timeout(LONG / 2):
            await rows.close()
        relays = [thread for thread in threading.enumerate() if "jobsys-relay" in thread.name]
        assert relays
        assert all(thread.daemon for thread in relays)
    finally:
        Hanging.let.set()
    assert await asyncio.to_thread(Hanging.closed.wait, LONG)
    with suppress(sqlite3.OperationalError):  # there is no such table
        await asking
