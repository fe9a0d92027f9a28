"""A database of the host's own."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.integration.sql.database import Connect
from tests.integration.sql.desk import Desk


@pytest.fixture
def connect(tmp_path: Path) -> Connect:
    """Opens the database."""
    return partial(sqlite3.connect, tmp_path / "shop.db")


@pytest.fixture
def shop(connect: Connect) -> Iterator[sqlite3.Connection]:
    """The database with a table of orders."""
    with closing(connect()) as database:
        database.execute("CREATE TABLE orders (number INTEGER PRIMARY KEY)")
        database.commit()
        yield database


@pytest.fixture
async def desk(connect: Connect, shop: sqlite3.Connection) -> AsyncIterator[Desk]:
    """An outbox in that database, with a relay to a backend in memory."""
    desk = Desk(connect, shop)
    yield desk
    await desk.rows.close()
