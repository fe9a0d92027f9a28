"""A database of the host's own."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

Connect = Callable[[], sqlite3.Connection]


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
