"""What becomes of jobs, as it happens: server-sent events."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Query
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send

from jobsys.adapters.http.desk import Ask, Asking
from jobsys.adapters.http.endpoints.fields import OfQueue, OfType
from jobsys.application.notice_views import notice_view
from jobsys.domain.notice import NoticeInterest
from jobsys.domain.status import JobStatus
from jobsys.ports.subscription import Subscription

HEARTBEAT: Final = 15
"""Seconds between two of them; each also looks whether the session of the viewer goes on."""


class EventStream(EventSourceResponse):
    """Tells one who looks on of jobs, until he goes or his session is over."""

    def __init__(self, ask: Ask, interest: NoticeInterest) -> None:
        self._ask = ask
        self._interest = interest
        self._viewer: Subscription | None = None
        super().__init__(self._told(), ping=HEARTBEAT, ping_message_factory=self._beat)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Looks on for as long as the answer is sent; what keeps it from that is answered."""
        desk, who = self._ask.desk, self._ask.principal.name
        with desk.seats.taken(who):
            async with desk.events.view(self._interest) as self._viewer:
                await super().__call__(scope, receive, send)

    async def _told(self) -> AsyncIterator[ServerSentEvent]:
        lost = 0
        yield ServerSentEvent(comment="listening")
        while self._viewer is not None:
            try:
                notices = await anext(self._viewer)
            except StopAsyncIteration:
                return
            if self._viewer.lost > lost:
                yield ServerSentEvent(json.dumps({"lost": self._viewer.lost - lost}), event="lost")
                lost = self._viewer.lost
            for notice in notices:
                yield ServerSentEvent(json.dumps(notice_view(notice)), event="job")

    def _beat(self) -> ServerSentEvent:
        if self._viewer is not None and not self._ask.goes_on:
            self._viewer.close()
        return ServerSentEvent(comment="beat")


async def events(
    ask: Asking,
    status: Annotated[list[JobStatus] | None, Query(max_length=9)] = None,
    queue: OfQueue = None,
    job_type: Annotated[OfType, Query(alias="type")] = None,
) -> EventStream:
    """Streams what becomes of jobs: `job`, and `lost` where the viewer was too slow for some.

    At most once: what is told while nobody listens is not told again.
    """
    interest = NoticeInterest(
        frozenset(status or ()),
        ask.principal.queues if queue is None else {ask.queue(queue)},
        ask.principal.job_types if job_type is None else {ask.job_type(job_type)},
    )
    return EventStream(ask, interest)
