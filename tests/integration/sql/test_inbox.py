"""The inbox: a job's work is committed once."""

import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from jobsys import ConfigurationError, Inbox
from tests.integration.sql import libpq
from tests.integration.sql.database import Connect

INBOX = Inbox()


@pytest.fixture(autouse=True)
def created(shop: sqlite3.Connection) -> None:
    """The table, which may be asked for again."""
    INBOX.create(shop)
    INBOX.create(shop)


def worked(shop: sqlite3.Connection, job_id: str = "default:one") -> bool:
    """Does a job's work unless it was done; says whether it did."""
    if INBOX.processed(shop, job_id):
        return False
    shop.execute("INSERT INTO orders DEFAULT VALUES")
    return True


def orders(shop: sqlite3.Connection) -> int:
    return int(shop.execute("SELECT count(*) FROM orders").fetchone()[0])


def test_work_that_was_committed_is_not_done_again(shop: sqlite3.Connection) -> None:
    with shop:
        assert worked(shop)
    with shop:
        assert not worked(shop)
        assert worked(shop, "default:another")
    assert orders(shop) == 2


def test_work_that_was_rolled_back_is_done_by_the_next_attempt(shop: sqlite3.Connection) -> None:
    assert worked(shop)
    shop.rollback()
    with shop:
        assert worked(shop)
    assert orders(shop) == 1


def test_of_two_attempts_at_once_one_works(shop: sqlite3.Connection, connect: Connect) -> None:
    answers: list[bool] = []

    def second() -> None:
        with closing(connect()) as late, late:
            answers.append(worked(late))

    zombie = threading.Thread(target=second)
    with shop:
        assert worked(shop)
        zombie.start()
        zombie.join(0.1)
        assert not answers  # it waits for this transaction's end
    zombie.join(10)
    assert answers == [False]
    assert orders(shop) == 1


def test_what_was_done_long_ago_can_be_forgotten(shop: sqlite3.Connection) -> None:
    with shop:
        worked(shop)
        assert INBOX.prune(shop, timedelta(hours=1)) == 0
        assert not worked(shop)
        assert INBOX.prune(shop, timedelta(0)) == 1
        assert worked(shop)


def test_a_connection_without_a_transaction_is_refused(connect: Connect, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db", isolation_level=None)) as each_by_itself:
        INBOX.create(each_by_itself)
        with pytest.raises(ConfigurationError, match="begin a transaction first"):
            INBOX.processed(each_by_itself, "default:one")
        each_by_itself.execute("BEGIN")
        assert not INBOX.processed(each_by_itself, "default:one")


def test_a_connection_of_libpq_is_refused_while_it_commits_each_statement(
    shop: sqlite3.Connection,
) -> None:
    idle = libpq.Connection(shop, autocommit=True, status=libpq.IDLE)
    with pytest.raises(ConfigurationError, match="begin a transaction first"):
        INBOX.processed(idle, "default:one")
    begun = libpq.Connection(shop, autocommit=True, status=libpq.IN_TRANSACTION)
    assert not INBOX.processed(begun, "default:one")
    begins = libpq.Connection(shop, autocommit=False, status=libpq.IDLE)
    assert not INBOX.processed(begins, "default:another")


@pytest.mark.parametrize("name", ["", "no name", "drop;table", "a.b.c", "1st"])
def test_a_table_has_a_name(name: str) -> None:
    with pytest.raises(ConfigurationError, match="no name of a table"):
        Inbox(name)
