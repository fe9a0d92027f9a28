"""What the tests of SQLite, and the programs they start, do with a queue."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from jobsys.adapters.sqlite.job_queue import SqliteJobQueue
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.payload import JobPayload
from jobsys.ports.clock import Clock
from jobsys.ports.submission import Submission
from jobsys.ports.turn import Claim, TurnTicket

LEASE_FOR = timedelta(seconds=30)


class HostClock(Clock):
    """Shows the time of this host."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def submission(key: str, payload: bytes = b"{}") -> Submission:
    return Submission(JobId.of("mail", key), Header(type="greet"), JobPayload(payload))


async def claim(queue: SqliteJobQueue, lane: str, number: int, limit: int = 10) -> Sequence[Lease]:
    ticket = TurnTicket(lane, number)
    return (await queue.turn(ticket, [], [Claim("mail", limit)], LEASE_FOR)).leases


async def complete(queue: SqliteJobQueue, lane: str, number: int, leases: Sequence[Lease]) -> None:
    ticket = TurnTicket(lane, number)
    turn = await queue.turn(ticket, [lease.succeeded(None) for lease in leases], [], LEASE_FOR)
    assert not turn.refused
