"""How the whole deployment stands, now and as it changes."""

from collections.abc import AsyncIterator
from typing import Final

from fastapi.responses import JSONResponse
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send

from jobsys.adapters.http.desk import Ask, Asking

HEARTBEAT: Final = 15


class OverviewStream(EventSourceResponse):
    """Tells one who looks on how everything stands, until he goes or his session is over."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        super().__init__(self._told(), ping=HEARTBEAT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Looks on for as long as the answer is sent."""
        with self._ask.desk.seats.taken(self._ask.principal.name):
            await super().__call__(scope, receive, send)

    async def _told(self) -> AsyncIterator[ServerSentEvent]:
        async for text in self._ask.desk.overview.follow():
            if not self._ask.goes_on:
                return
            yield ServerSentEvent(text, event="overview")


async def overview(ask: Asking) -> JSONResponse:
    """Returns how everything stands, what is wrong, and how the last five minutes went."""
    return JSONResponse(await ask.desk.overview.now())


async def live(ask: Asking) -> OverviewStream:
    """Streams how everything stands, at once and then whenever it is read: `overview`."""
    return OverviewStream(ask)
