"""Answers that several who look on have in common: asked for at once, they are read once."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from typing import Final

from fastapi import Request, Response

SEEN: Final = "x-jobsys-seen"
"""Says which overview has been seen: an answer that was read after it is good enough."""
MOST: Final = 50
KEPT_FOR: Final = 3.0
"""Seconds: all who look on have seen the same overview within a moment."""


class SharedAnswers:
    """Keeps answers for a moment, by who asked, what for, and what he had seen.

    Who says nothing of what he has seen is answered by a read of his own.
    """

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, asyncio.Task[Response]] = OrderedDict()

    @property
    def kept(self) -> int:
        """How many answers are kept now."""
        return len(self._answers)

    async def answered(
        self, request: Request, read: Callable[[Request], Coroutine[object, object, Response]]
    ) -> Response:
        """Returns the answer to a request, read now unless somebody like this one has it read."""
        seen = request.headers.get(SEEN)
        if seen is None:
            return await read(request)
        what = (request.state.ask.principal, str(request.url), seen)
        if what not in self._answers:
            self._answers[what] = asyncio.create_task(read(request))
            asyncio.get_running_loop().call_later(KEPT_FOR, self._answers.pop, what, None)
            if len(self._answers) > MOST:
                self._answers.popitem(last=False)
        return await asyncio.shield(self._answers[what])
