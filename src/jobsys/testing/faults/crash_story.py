"""A worker's life in which everything happens that can happen to a job."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.move import Move
from jobsys.domain.retention import Retention
from jobsys.domain.status import JobEvent, Reason
from jobsys.domain.transition import Transition
from jobsys.ports.job_queue import JobQueue, Renewal
from jobsys.ports.turn import Claim, Refusal
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.faults.ledger import Ledger
from jobsys.testing.jobs import CRASH, LEASE_FOR, QUEUE, SECOND, id_of, job, kept
from jobsys.testing.lane import Lane

SOON: Final = 5 * SECOND
LONG: Final = timedelta(minutes=5)
"""Later than any lease or delay of the story."""
ROUNDS: Final = 20
CRASH_LIMIT: Final = 5
FOR_EVER: Final = Retention(done=None, dead=None)


class CrashStory:
    """Makes the calls of a producer, a worker and a ticker, and notes what it is told of them.

    What the ledger says of a job: "accepted", "due" (and when), "begin", "early" where it was
    begun before it was due, and the status in which it ended. Every call goes through `queue`;
    the backend is looked at, and its clock moved.
    """

    def __init__(self, queue: JobQueue, backend: BackendUnderTest, ledger: Ledger) -> None:
        self._queue = queue
        self._backend = backend
        self._ledger = ledger
        self._lane = Lane(queue)

    async def act(self) -> None:
        """Submits, cancels, claims, renews, settles in every way, promotes and sweeps."""
        await self._submit("done", "dead", "again", "back", "asked", "lost", "gone")
        await self._submit("later", due=SOON)
        await self._cancel("gone")
        held = await self._turn(limit=100)
        await self._renew(held)
        await self._cancel("asked")
        await self._turn(held["done"].succeeded(b'"sent"'))
        await self._turn(held["dead"].failed(CRASH, None, Reason.EXHAUSTED))
        await self._turn(held["again"].failed(CRASH, SOON, Reason.EXHAUSTED))
        await self._turn(held["back"].released(), held["asked"].released())
        await self._pass(SOON)
        due_now = await self._turn(limit=2)
        more = await self._turn(*_succeeded(due_now), limit=1)
        await self._turn(*_succeeded(more))
        await self._sweep()
        found = await self._turn(limit=100)
        await self._turn(held["lost"].succeeded(None))  # too late: another has it
        await self._turn(*_succeeded(found))

    async def finish(self) -> None:
        """Waits out leases and delays and does what is left, until every job has ended."""
        for _ in range(ROUNDS):
            await self._sweep()
            await self._turn(*_succeeded(await self._turn(limit=100)))
            if await self._all_ended():
                return

    async def _submit(self, *keys: str, due: timedelta | None = None) -> None:
        submissions = [kept(job(key, due=due), FOR_EVER) for key in keys]
        if due is not None:
            await self._note_due(submissions[0].job_id, due)
        await self._queue.enqueue(submissions)
        for submission in submissions:
            self._ledger.note("accepted", submission.job_id)

    async def _cancel(self, key: str) -> None:
        [moved] = await self._queue.move([Move(id_of(key), JobEvent.CANCEL)])
        if moved.applied and moved.after is not None and moved.after.is_final:
            self._ledger.note(moved.after, moved.job_id)

    async def _renew(self, held: Mapping[str, Lease]) -> None:
        standings = [(lease.record.id, lease.record.standing) for lease in held.values()]
        renewals = [Renewal(job_id, s.token, s.lane, 50, "half way") for job_id, s in standings]
        await self._queue.extend(renewals, LEASE_FOR)

    async def _pass(self, time: timedelta) -> None:
        await self._backend.advance(time)
        await self._queue.tick([QUEUE], 100)

    async def _sweep(self) -> None:
        """Frees what the dead have held, once that has run out."""
        await self._pass(LONG)
        lost = await self._lane.reclaim()
        await self._note_begins(lost)
        await self._turn(*(lease.expired(CRASH_LIMIT, CRASH) for lease in lost))

    async def _turn(self, *settle: Transition, limit: int = 0) -> Mapping[str, Lease]:
        """Settles and claims; what was cancelled meanwhile is settled as that."""
        for transition in settle:
            if transition.due is not None:
                await self._note_due(transition.record.id, transition.due)
        turn = await self._lane.turn(settle, [Claim(QUEUE, limit)] if limit else [])
        for transition in turn.applied(settle):
            if transition.target.is_final:
                record = transition.record
                self._ledger.note(transition.target, record.id, record.standing.token)
        await self._note_begins(turn.leases)
        cancelled = [settle[i] for i, why in turn.refused.items() if why is Refusal.CANCELLING]
        if cancelled:
            await self._turn(*(transition.despite_cancel() for transition in cancelled))
        return {lease.record.id.key: lease for lease in turn.leases}

    async def _note_due(self, job_id: JobId, due: timedelta) -> None:
        at = await self._backend.now() + due
        self._ledger.note(f"due {at.isoformat()}", job_id)

    async def _note_begins(self, leases: Sequence[Lease]) -> None:
        now = await self._backend.now()
        due = dict(_due_times(self._ledger))
        for lease in leases:
            early = now < due.get(lease.record.id, now)
            token = lease.record.standing.token
            self._ledger.note("early" if early else "begin", lease.record.id, token)

    async def _all_ended(self) -> bool:
        counts = (await self._backend.inspector.counts()).get(QUEUE)
        return counts is None or all(status.is_final or not n for status, n in counts.now.items())


def _succeeded(held: Mapping[str, Lease]) -> Iterator[Transition]:
    return (lease.succeeded(None) for lease in held.values())


def _due_times(ledger: Ledger) -> Iterator[tuple[str, datetime]]:
    for entry in ledger.entries():
        what, _, at = entry.what.partition(" ")
        if what == "due":
            yield entry.job, datetime.fromisoformat(at)
