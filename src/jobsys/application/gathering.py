"""Storing together what callers submit at the same time."""

import asyncio
from collections import deque
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Final

from jobsys.domain.value import value
from jobsys.ports.job_queue import JobQueue, Receipt, Submission

MOST_TOGETHER: Final = 500
"""How many submissions go into one call."""

Answer = Receipt | Exception | None
"""What a caller who waited is told; None: the next call is this caller's to make."""


@value
class _Caller:
    submission: Submission
    answered: "asyncio.Future[Answer]"


@dataclass(frozen=True, slots=True)
class _Company:
    """The callers of one queue, one of whom is making a call, in one event loop."""

    loop: asyncio.AbstractEventLoop
    waiting: deque[_Caller] = field(default_factory=deque[_Caller])

    def go_on(self) -> bool:
        """Has the next caller who still waits make a call; False if there is none."""
        while self.waiting:
            caller = self.waiting.popleft()
            if not caller.answered.done():
                caller.answered.set_result(None)
                return True
        return False

    def fellows(self) -> list[_Caller]:
        """Takes those who go along in the next call."""
        taken: list[_Caller] = []
        while self.waiting and len(taken) < MOST_TOGETHER - 1:
            caller = self.waiting.popleft()
            if not caller.answered.done():
                taken.append(caller)
        return taken


class Gathering:
    """Lets callers who come while a call is under way share the next one, queue by queue.

    Nobody waits for company: who finds no call under way makes one. The first of those who wait
    makes the next, for all of them: what it answers, or how it fails, each is told. Where the
    caller who makes it is cancelled, another makes it again: to store a job twice changes nothing.
    """

    def __init__(self) -> None:
        self._companies: dict[tuple[JobQueue, str], _Company] = {}

    async def enqueue(self, queue: JobQueue, submission: Submission) -> Receipt:
        """Stores one submission, as `JobQueue.enqueue` does."""
        place, loop = (queue, submission.job_id.queue), asyncio.get_running_loop()
        company = self._companies.get(place)
        if company is None or company.loop is not loop:  # another loop's callers are gone with it
            company = self._companies[place] = _Company(loop)
        else:
            answer = await self._told(place, company, submission)
            if answer is not None:
                return answer
        if company.waiting:
            try:
                return await _store(queue, submission, company)
            finally:  # those who were told come again first, and share the next call too
                loop.call_soon(self._go_on, place, company)
        try:
            [receipt] = await queue.enqueue([submission])
            return receipt
        finally:
            self._go_on(place, company)

    async def _told(
        self, place: tuple[JobQueue, str], company: _Company, submission: Submission
    ) -> Receipt | None:
        caller = _Caller(submission, company.loop.create_future())
        company.waiting.append(caller)
        try:
            answer = await caller.answered
        except asyncio.CancelledError:
            if not caller.answered.cancelled() and caller.answered.result() is None:
                self._go_on(place, company)
            raise
        if isinstance(answer, Exception):
            raise _own(answer) from answer
        return answer

    def _go_on(self, place: tuple[JobQueue, str], company: _Company) -> None:
        if not company.go_on() and self._companies.get(place) is company:
            del self._companies[place]


async def _store(queue: JobQueue, submission: Submission, company: _Company) -> Receipt:
    """Stores a submission and those of the fellows, and tells these."""
    fellows = company.fellows()
    together = [submission, *(fellow.submission for fellow in fellows)]
    try:
        receipt, *others = await queue.enqueue(together)
        _tell(fellows, others)
    except Exception as error:
        _tell(fellows, [error] * len(fellows))
        raise
    except BaseException:  # whoever is next in the company makes this call again
        company.waiting.extendleft(reversed(fellows))
        raise
    return receipt


def _tell(callers: Sequence[_Caller], answers: Sequence[Receipt | Exception]) -> None:
    for caller, answer in list(zip(callers, answers, strict=True)):
        if not caller.answered.done():
            caller.answered.set_result(answer)


def _own(error: Exception) -> Exception:
    """Returns an exception that is one caller's alone, where such a one can be copied."""
    try:
        return copy(error)
    except Exception:  # noqa: BLE001 (its class may want what it was made with)
        return error
