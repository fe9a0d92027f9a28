"""What becomes of jobs, streamed to those who look on; over sockets, from uvicorn."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from datetime import UTC, datetime

import httpx2
import pytest

from jobsys import BackgroundJobService, JobsysContainer
from jobsys.adapters.http.endpoints import events
from jobsys.adapters.http.event_fan import EventFan
from jobsys.adapters.http.refusals import TooMany
from jobsys.adapters.http.seats import MOST, MOST_EACH, Seats
from jobsys.domain.job_id import JobId
from jobsys.domain.notice import JobNotice, NoticeInterest
from jobsys.domain.status import JobEvent, JobStatus
from jobsys.ports.errors import QueueUnavailable
from tests.integration.http.conftest import (
    MARK,
    TOKENS,
    Fail,
    Greet,
    Mail,
    bearer,
    container_for,
    served,
)

EVERYTHING = NoticeInterest()


@asynccontextmanager
async def watching(
    client: httpx2.AsyncClient, who: str | None, query: str = ""
) -> AsyncIterator[AsyncIterator[str]]:
    """The lines of a stream, once it listens."""
    headers = bearer(who) if who else {}
    async with client.stream("GET", f"/api/events{query}", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-content-type-options"] == "nosniff"
        lines = answer.aiter_lines()
        await first(lines, ": listening".__eq__)
        yield lines


async def first(lines: AsyncIterator[str], is_meant: Callable[[str], bool]) -> str:
    async with asyncio.timeout(10):
        async for line in lines:
            if is_meant(line):
                return line
    raise AssertionError("the stream has ended")


async def told(lines: AsyncIterator[str]) -> dict[str, object]:
    line = await first(lines, lambda line: line.startswith("data: "))
    found: dict[str, object] = json.loads(line.removeprefix("data: "))
    return found


async def test_each_who_looks_on_is_told_of_what_he_asked_for_and_reaches() -> None:
    container = container_for(worker=True)
    async with served(container) as client, AsyncExitStack() as stack:
        open_ = [
            await stack.enter_async_context(watching(client, who, query))
            for who, query in [
                ("viewer", ""), ("viewer", "?status=failed"), ("viewer", "?queue=mails"),
                ("bounded", ""), ("viewer", "?type=greet&status=completed&status=failed"),
            ]
        ]  # fmt: skip
        everything, failed, mails, bounded, greets = open_
        jobs = container.job_service()
        ids = [await jobs.submit(job) for job in (Fail(), Mail(), Greet())]
        seen = [(await told(everything))["job_id"] for _ in ids]
        assert sorted(map(str, seen)) == sorted(ids)
        assert (await told(failed))["job_id"] == ids[0]
        assert (await told(mails))["job_id"] == ids[1]
        assert (await told(bounded))["job_id"] == ids[1]
        notice = await told(greets)
        assert (notice["job_id"], notice["status"]) == (ids[2], "completed")
        for query in ("?status=nonsense", "?queue=*", "?typ=greet"):
            answer = await client.get(f"/api/events{query}", headers=bearer("viewer"))
            assert answer.status_code == 422
        answer = await client.get("/api/events?queue=default", headers=bearer("bounded"))
        assert answer.status_code == 403


async def test_a_stream_ends_with_the_session_that_asked_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.05)
    async with served(container_for()) as client:
        await client.post("/api/login", json={"token": TOKENS["viewer"]}, headers=MARK)
        async with watching(client, None) as lines:
            await first(lines, ": beat".__eq__)
            await client.post("/api/logout", headers=MARK)
            async with asyncio.timeout(10):
                assert [line async for line in lines if line.startswith("data")] == []


def notice(number: int) -> JobNotice:
    job_id = JobId.parse(f"default:{number}")

    return JobNotice(job_id, "greet", JobEvent.SUCCEEDED, JobStatus.COMPLETED, 1, datetime.now(UTC))


class CountedService:
    """A service whose listeners are counted."""

    def __init__(self, container: JobsysContainer) -> None:
        self.container = container
        self.listening = self.ever = 0
        self.silent = asyncio.Event()

    @asynccontextmanager
    async def events(self) -> AsyncIterator[object]:
        self.listening += 1
        self.ever += 1
        self.silent.clear()
        try:
            async with self.container.job_service().events() as notices:
                yield notices
        finally:
            self.listening -= 1
            self.silent.set()


async def test_one_listener_serves_all_who_look_on_and_none_is_left_when_they_have_gone() -> None:
    container = container_for()
    async with container.lifecycle():
        service = CountedService(container)
        fan = EventFan(service)  # type: ignore[arg-type]  # a part of a service
        for _ in range(2):
            async with AsyncExitStack() as stack:
                viewers = [await stack.enter_async_context(fan.view(EVERYTHING)) for _ in range(50)]
                assert service.listening == 1
                await container.event_bus().publish([notice(1)])
                for viewer in viewers:
                    assert [one.job_id for one in await anext(viewer)] == ["default:1"]
            await asyncio.wait_for(service.silent.wait(), 5)
        assert service.ever == 2


async def test_one_who_is_slow_loses_the_oldest_and_keeps_nobody_waiting() -> None:
    container = container_for()
    async with container.lifecycle():
        fan = EventFan(container.job_service())
        async with fan.view(EVERYTHING, 3) as slow, fan.view(EVERYTHING) as quick:
            seen = list[str]()
            await container.event_bus().publish([notice(number) for number in range(10)])
            while len(seen) < 10:
                seen += [one.job_id for one in await anext(quick)]
            assert [one.job_id for one in await anext(slow)] == [f"default:{n}" for n in (7, 8, 9)]
            assert slow.lost == 7


async def test_a_slow_viewer_is_told_how_much_he_has_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original, container = EventFan.view, container_for()
    monkeypatch.setattr(EventFan, "view", lambda fan, interest: original(fan, interest, 2))
    async with served(container) as client, watching(client, "viewer") as lines:
        await container.event_bus().publish([notice(number) for number in range(5)])
        assert await first(lines, lambda line: line.startswith("event")) == "event: lost"
        assert await told(lines) == {"lost": 3}
        assert (await told(lines))["job_id"] == "default:3"


def test_one_who_looks_on_often_leaves_seats_to_others() -> None:
    seats = Seats()
    with ExitStack() as stack:
        for _ in range(MOST_EACH):
            stack.enter_context(seats.taken("ada"))
        with pytest.raises(TooMany):
            stack.enter_context(seats.taken("ada"))
        for _ in range(MOST - MOST_EACH):
            stack.enter_context(seats.taken("bob"))
        with pytest.raises(TooMany):
            stack.enter_context(seats.taken("eve"))
    with seats.taken("eve"), seats.taken("ada"):
        pass


async def test_a_backend_that_cannot_be_listened_to_is_told_before_a_stream_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @asynccontextmanager
    async def events_of(_: BackgroundJobService) -> AsyncIterator[None]:
        raise QueueUnavailable
        yield

    monkeypatch.setattr(BackgroundJobService, "events", events_of)
    async with served(container_for()) as client:
        answer = await client.get("/api/events", headers=bearer("viewer"))
        assert (answer.status_code, answer.json()["code"]) == (503, "SRV_6003")


async def test_streams_that_are_open_do_not_keep_the_server_from_stopping() -> None:
    async with httpx2.AsyncClient() as other, AsyncExitStack() as streams:
        async with asyncio.timeout(10), served(container_for()) as client:
            other.base_url = client.base_url
            lines = await streams.enter_async_context(watching(other, "viewer"))
        assert [line async for line in lines if line.startswith("data")] == []
