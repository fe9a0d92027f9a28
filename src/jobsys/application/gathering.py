"""Storing together what callers submit at the same time."""

import asyncio
from copy import copy
from typing import Final

from jobsys.ports.job_queue import JobQueue, Receipt, Submission

MOST_TOGETHER: Final = 500
"""No more go into one call, so that an adapter stores all of them or none."""

Answer = Receipt | Exception
Waiting = tuple[Submission, "asyncio.Future[Answer]"]


class Gathering:
    """Lets callers who come while a call is under way share the next one, queue by queue.

    Nobody waits for company: who finds no call under way makes one. What a shared call answers, or
    how it fails, everybody is told who was in it; who was cancelled before it is not in it.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, list[Waiting]] = {}
        self._calls: set[asyncio.Task[None]] = set()

    async def enqueue(self, queue: JobQueue, submission: Submission) -> Receipt:
        """Stores one submission, as `JobQueue.enqueue` does."""
        name = submission.job_id.queue
        if name in self._waiting:
            return await self._shared(name, submission)
        self._waiting[name] = []
        try:
            [receipt] = await queue.enqueue([submission])
        finally:
            self._go_on(queue, name)
        return receipt

    async def _shared(self, name: str, submission: Submission) -> Receipt:
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[name].append((submission, answered))
        answer = await answered
        if isinstance(answer, Exception):  # each caller raises one of its own
            raise copy(answer) from answer.__cause__
        return answer

    def _go_on(self, queue: JobQueue, name: str) -> None:
        waiting = [one for one in self._waiting.pop(name) if not one[1].done()]
        if waiting:
            self._waiting[name] = waiting[MOST_TOGETHER:]
            call = asyncio.create_task(self._call(queue, name, waiting[:MOST_TOGETHER]))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def _call(self, queue: JobQueue, name: str, together: list[Waiting]) -> None:
        answers: list[Answer]
        try:
            answers = [*await queue.enqueue([submission for submission, _ in together])]
        except Exception as error:  # noqa: BLE001 (whatever it is, it is the callers')
            answers = [error] * len(together)
        finally:
            self._go_on(queue, name)
        for (_, answered), answer in zip(together, answers, strict=True):
            if not answered.done():
                answered.set_result(answer)
