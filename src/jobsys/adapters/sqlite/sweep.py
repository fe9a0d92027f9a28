"""Whose leases a reclaim takes."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from jobsys.adapters.sqlite.rows import AMONG, LEASED_PLACE, SELECT_JOBS, JobRow
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.instants import span_ms
from jobsys.domain.looks import Looks
from jobsys.ports.sweep import Sweep

_EXPIRED: Final = (
    SELECT_JOBS + "WHERE queue = ? AND place = ? AND score <= ? ORDER BY score, key LIMIT ?"
)
_EXPIRED_OR_GONE: Final = (
    SELECT_JOBS
    + """WHERE queue = ? AND place = ?
        AND (score <= ? OR substr(lane, 1, instr(lane || '.', '.') - 1) IN """
    + AMONG
    + ") ORDER BY score, key LIMIT ?"
)
_SPARE: Final = "UPDATE jobs SET score = ? WHERE queue = ? AND place = ? AND score <= ?"
_LAST_LOOK: Final = "SELECT looked_ms, spared_ms FROM looks WHERE queue = ?"
_LOOK: Final = "INSERT OR REPLACE INTO looks (queue, looked_ms, spared_ms) VALUES (?, ?, ?)"


def swept(transaction: Transaction, queue: str, sweep: Sweep, limit: int) -> Sequence[JobRow]:
    """Returns the jobs whose leases have run out, and those of workers that are gone."""
    if sweep.grace is not None:
        _look(transaction, queue, sweep.grace)
    expired = queue, LEASED_PLACE, transaction.now
    if not sweep.gone:
        return transaction.execute(_EXPIRED, (*expired, limit)).fetchall()
    gone = json.dumps(list(sweep.gone))
    return transaction.execute(_EXPIRED_OR_GONE, (*expired, gone, limit)).fetchall()


def _look(transaction: Transaction, queue: str, lasting: timedelta) -> None:
    """Notes a look, and spares what has run out while nobody looked."""
    now, grace = transaction.now, span_ms(lasting)
    found: tuple[int, int | None] | None = transaction.execute(_LAST_LOOK, (queue,)).fetchone()
    looks = Looks(*found) if found else Looks()
    spared = 0
    if looks.spare(now, grace):
        spared = transaction.execute(_SPARE, (now + grace, queue, LEASED_PLACE, now)).rowcount
    after = looks.after(now, grace, spared=spared > 0)
    if after is not looks:
        transaction.execute(_LOOK, (queue, after.last_ms, after.spared_ms))
