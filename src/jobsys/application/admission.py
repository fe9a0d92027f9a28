"""What becomes of jobs that their queue did not take in."""

import asyncio
from collections.abc import Sequence
from typing import Final

from jobsys.application.loop_time import loop_time, pauses_from
from jobsys.domain.errors import DuplicateJob, QueueClosed, QueueFull
from jobsys.domain.job_id import JobId
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.queue_policies import QueuePolicies
from jobsys.ports.submission import Answer, Duplicate, Receipt, Submission

REFUSALS: Final[frozenset[Answer]] = frozenset({Receipt.FULL, Receipt.CLOSED})
TAKEN_IN: Final[frozenset[Answer]] = frozenset({Receipt.CREATED, Receipt.EXISTS})


class Admission:
    """Lets a submit to a full queue wait for room, for as long as the queue's policy says."""

    def __init__(self, policies: QueuePolicies) -> None:
        self._policies = policies

    async def take_in(
        self, queue: JobQueue, submissions: Sequence[Submission], settled: list[Answer]
    ) -> None:
        """Returns once each submission that was refused has found room; `settled` says so then.

        Raises:
            QueueFull: some have not in time; the error names them, and the others are stored.
            QueueClosed: the queue takes no new jobs.
        """
        begun, pauses = loop_time(), pauses_from(0.01)
        while refused := [i for i, receipt in enumerate(settled) if receipt in REFUSALS]:
            left = begun + await self._patience(submissions, settled, refused) - loop_time()
            if left <= 0:
                raise _error(submissions, settled, refused)
            await asyncio.sleep(min(next(pauses), left))
            again = await queue.enqueue([submissions[i] for i in refused])
            for index, receipt in zip(refused, again, strict=True):
                settled[index] = receipt

    async def _patience(
        self, submissions: Sequence[Submission], receipts: Sequence[Answer], refused: Sequence[int]
    ) -> float:
        """Returns for how many seconds in all room is waited for: none in a closed queue."""
        if any(receipts[index] is Receipt.CLOSED for index in refused):
            return 0
        queues = sorted({submissions[index].job_id.queue for index in refused})
        policies = await self._policies.get(queues)
        return min(policy.wait_for_room.total_seconds() for policy in policies.values())


def ids_of(submissions: Sequence[Submission], answers: Sequence[Answer]) -> list[JobId]:
    """Returns the ids of the jobs that stand for submissions: of one kept out, the other's.

    Raises:
        DuplicateJob: one that was kept out asked for that; the others are stored.
    """
    pairs = list(zip(submissions, answers, strict=True))
    refused = [
        (submission, answer)
        for submission, answer in pairs
        if isinstance(answer, Duplicate) and _rejects(submission)
    ]
    if refused:
        submission, first = refused[0]
        stored = len(pairs) - len(refused)
        part = f"; {stored} of {len(pairs)} jobs were stored" if stored else ""
        raise DuplicateJob(
            f"{submission.header.type}: job {first.of} is there already, and must be the only one"
            f"{part}",
            first.of,
            [one.job_id for one, _ in refused],
        )
    return [
        answer.of if isinstance(answer, Duplicate) else submission.job_id
        for submission, answer in pairs
    ]


def _rejects(submission: Submission) -> bool:
    unique = submission.header.unique
    return unique is not None and unique.on_conflict == "reject"


def _error(
    submissions: Sequence[Submission], receipts: Sequence[Answer], refused: Sequence[int]
) -> QueueFull:
    ids = [submissions[index].job_id for index in refused]
    stored = len(submissions) - len(ids)
    part = f"; {stored} of {len(submissions)} jobs were stored" if stored else ""
    if receipts[refused[0]] is Receipt.CLOSED:
        return QueueClosed(f"queue {ids[0].queue!r} is closed and takes no new jobs{part}", ids)
    return QueueFull(f"queue {ids[0].queue!r} is full{part}: try again later", ids)
