"""Counting a queue's jobs by walking over them, and comparing that with its counts."""

from collections.abc import Mapping
from typing import Final

from jobsys.adapters.sqlite.rows import STATUSES
from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.transaction import Transaction

_THERE: Final = "SELECT status, count(*) FROM jobs WHERE queue = ? GROUP BY status"
_COUNTED: Final = "SELECT status, now, ever FROM counts WHERE queue = ?"
_SET: Final = "INSERT OR REPLACE INTO counts (queue, status, now, ever) VALUES (?, ?, ?, ?)"
_DROP: Final = "DELETE FROM counts WHERE queue = ? AND status = ?"
_QUEUES: Final = "SELECT DISTINCT queue FROM jobs UNION SELECT queue FROM counts ORDER BY queue"


def all_queues(snapshot: Snapshot) -> list[str]:
    """Returns the names of the queues that have jobs or counts."""
    return [queue for (queue,) in snapshot.execute(_QUEUES)]


def wrong_counts(snapshot: Snapshot, queue: str) -> Mapping[str, tuple[str, int, int]]:
    """Returns, by status, what is wrong with a count, and how many there are now and ever were.

    Of a word that jobsys does not write there are none and never were.
    """
    there = dict(snapshot.execute(_THERE, (queue,)).fetchall())
    rows = snapshot.execute(_COUNTED, (queue,)).fetchall()
    counted = {word: (now, ever) for word, now, ever in rows}
    wrong: dict[str, tuple[str, int, int]] = {}
    for word in sorted({*there, *counted}):
        number = there.get(word, 0) if word in STATUSES else 0
        now, ever = counted.get(word, (0, 0))
        if word not in STATUSES and word in counted:
            wrong[word] = f"counts of the unknown status {word[:80]!r}", 0, 0
        elif now != number:
            wrong[word] = f"{word} {now}, not {number}", number, max(ever, number)
        elif ever < number:
            wrong[word] = f"{word} ever {ever}, with {number} now", number, number
    return wrong


def counted_anew(transaction: Transaction, queue: str) -> bool:
    """Sets right what is wrong with a queue's counts, and says whether anything was."""
    transaction.write_counts()
    wrong = wrong_counts(transaction, queue)
    for word, (_, now, ever) in wrong.items():
        if word in STATUSES:
            transaction.execute(_SET, (queue, word, now, ever))
        else:
            transaction.execute(_DROP, (queue, word))
    return bool(wrong)
