"""Storing together what callers submit at the same time."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Sequence
from contextvars import Context
from copy import copy
from dataclasses import dataclass, field
from typing import Final

from jobsys.domain.value import value
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.submission import Answer, Submission

MOST_TOGETHER: Final = 500
"""How many submissions go into one call."""

Place = tuple[JobQueue, str]


@value
class _Caller:
    submission: Submission
    answered: "asyncio.Future[Answer]"


@dataclass(slots=True)
class _Company:
    """The callers of one queue who came while a call was under way, in one event loop."""

    loop: asyncio.AbstractEventLoop
    waiting: deque[_Caller] = field(default_factory=deque[_Caller])
    shared: "asyncio.Task[None] | None" = None
    """Kept here, for a loop does not keep its tasks alive."""

    def take(self) -> list[_Caller]:
        """Takes those who go along in the next call."""
        number = min(len(self.waiting), MOST_TOGETHER)
        first = [self.waiting.popleft() for _ in range(number)]
        return [caller for caller in first if not caller.answered.done()]


class Gathering:
    """Lets callers who come while a call is under way share the next one, queue by queue.

    Nobody waits for company: who finds no call under way makes one. A shared call is a task of its
    own, which goes on for the others where a caller is cancelled; what it answers, or how it fails,
    each is told.
    """

    def __init__(self) -> None:
        self._companies: dict[Place, _Company] = {}

    def enqueue(self, queue: JobQueue, submission: Submission) -> Awaitable[Answer]:
        """Stores one submission as `JobQueue.enqueue` does; to be awaited at once."""
        place, loop = (queue, submission.job_id.queue), asyncio.get_running_loop()
        company = self._companies.get(place)
        if company is None or company.loop is not loop:  # another loop's callers are gone with it
            return self._alone(place, submission)
        caller = _Caller(submission, loop.create_future())
        company.waiting.append(caller)
        return caller.answered

    async def _alone(self, place: Place, submission: Submission) -> Answer:
        company = self._companies[place] = _Company(asyncio.get_running_loop())
        try:
            [receipt] = await place[0].enqueue([submission])
            return receipt
        finally:
            self._go_on(place, company)

    async def _together(self, queue: JobQueue, company: _Company) -> None:
        callers = company.take()
        try:
            if callers:
                _tell(callers, await _stored(queue, callers))
        except BaseException:  # all tasks are cancelled, for the loop ends
            for caller in callers:
                caller.answered.cancel()
            raise

    def _go_on(self, place: Place, company: _Company) -> None:
        """Makes the next shared call; who was told by the last one has come again by then."""
        if company.waiting and not company.loop.is_closed():
            together, nobodys = self._together(place[0], company), Context()
            company.shared = company.loop.create_task(together, context=nobodys)
            company.shared.add_done_callback(lambda _: self._go_on(place, company), context=nobodys)
        elif self._companies.get(place) is company:
            self._companies.pop(place, None)


async def _stored(queue: JobQueue, callers: Sequence[_Caller]) -> Sequence[Answer | Exception]:
    try:
        receipts = await queue.enqueue([caller.submission for caller in callers])
        return [receipt for receipt, _ in zip(receipts, callers, strict=True)]
    except Exception as error:  # noqa: BLE001 (each caller is told)
        return [_own(error) for _ in callers]


def _tell(callers: Sequence[_Caller], answers: Sequence[Answer | Exception]) -> None:
    for caller, answer in zip(callers, answers, strict=True):
        if caller.answered.done():
            continue
        if isinstance(answer, Exception):
            caller.answered.set_exception(answer)
        else:
            caller.answered.set_result(answer)


def _own(error: Exception) -> Exception:
    """Returns an exception that is one caller's alone, where such a one can be copied."""
    try:
        own = copy(error)
    except Exception:  # noqa: BLE001 (its class may want what it was made with)
        return error
    own.__cause__ = error
    return own
