"""How everything stands, over HTTP: read once for all who look on."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx2
import pytest

from jobsys import JobsysContainer
from jobsys.adapters.http.shared_answers import SharedAnswers
from jobsys.application.overview import Overview, Survey
from jobsys.ports.errors import QueueUnavailable
from tests.integration.http.conftest import (
    Api,
    Greet,
    asked_without_lifecycle,
    bearer,
    container_for,
    served,
)
from tests.support.workshop import until

Told = Mapping[str, object]


@asynccontextmanager
async def looking_on(client: httpx2.AsyncClient) -> AsyncIterator[AsyncIterator[Told]]:
    """What a viewer is told, one overview after the other."""
    async with client.stream("GET", "/api/live", headers=bearer("viewer")) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        yield (json.loads(line[6:]) async for line in lines if line.startswith("data: "))


async def first(told: AsyncIterator[Told], **wanted: object) -> Told:
    """The first overview that says what is wanted."""
    async with asyncio.timeout(10):
        async for one in told:
            if all(one[name] == said for name, said in wanted.items()):
                return one
    raise AssertionError(f"never told: {wanted}")


async def test_it_counts_jobs_workers_and_queues(working: Api) -> None:
    jobs = working.container.job_service()
    await jobs.wait(await jobs.submit(Greet()), timeout="10s")
    await working.buried()
    told = (await working.ask("viewer", "GET", "/api/overview")).json()
    assert told["backend"] == {"answers": True, "error": None}
    assert told["counts"] == {"waiting": 0, "active": 0, "completed": 1, "failed": 1, "delayed": 0}
    assert (told["workers"]["ready"], told["workers"]["slots"]) == (1, 10)
    [queue] = told["queues"]["busiest"]
    assert (queue["queue"], queue["failed"], queue["paused"]) == ("default", 1, False)
    assert told["circuits"] == {"open": 0, "half_open": 0}


async def test_a_change_is_told_to_who_looks_on() -> None:
    container = container_for()
    async with served(container) as client, looking_on(client) as told:
        none = {"waiting": 0, "active": 0, "completed": 0, "failed": 0, "delayed": 0}
        assert (await first(told, counts=none))["oldest_waiting_seconds"] is None
        await container.job_service().submit(Greet())
        seen = await first(told, counts={**none, "waiting": 1})
        assert seen["waiting_by_priority"] == {"critical": 0, "high": 0, "normal": 1, "low": 0}
        assert [one["code"] for one in seen["troubles"]] == ["no_worker"]  # type: ignore[attr-defined]  # JSON


async def test_it_is_read_once_for_all_who_look_on(monkeypatch: pytest.MonkeyPatch) -> None:
    reads, read = 0, Survey.read

    async def counted(survey: Survey) -> Overview:
        nonlocal reads
        reads += 1
        return await read(survey)

    monkeypatch.setattr(Survey, "read", counted)
    async with (
        served(container_for()) as client,
        looking_on(client) as one,
        looking_on(client) as two,
        looking_on(client) as three,
    ):
        at = [[(await anext(told))["at"] for _ in range(3)] for told in (one, two, three)]
        assert len({instant for instants in at for instant in instants}) <= reads
        assert set(at[0]) & set(at[1]) & set(at[2])


async def test_a_backend_that_is_lost_is_told_and_that_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read, lost = Survey.read, True

    async def lost_at_times(survey: Survey) -> Overview:
        if lost:
            raise QueueUnavailable("redis://:***@127.0.0.1 is gone")
        return await read(survey)

    monkeypatch.setattr(Survey, "read", lost_at_times)
    async with served(container_for()) as client, looking_on(client) as told:
        away = {"answers": False, "error": "redis://:***@127.0.0.1 is gone"}
        seen = await first(told, backend=away)
        assert [one["code"] for one in seen["troubles"]] == ["backend_unreachable"]  # type: ignore[attr-defined]  # JSON
        lost = False
        await first(told, backend={"answers": True, "error": None}, troubles=[])


async def test_dead_letters_of_late_are_a_trouble(working: Api) -> None:
    await working.ask("viewer", "GET", "/api/overview")
    await working.buried()
    async with asyncio.timeout(10):
        while True:
            told = (await working.ask("viewer", "GET", "/api/overview")).json()
            if told["troubles"]:
                break
            await asyncio.sleep(0.05)
    assert [one["code"] for one in told["troubles"]] == ["dead_letters"]


async def test_who_has_seen_the_same_is_answered_by_one_read(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobsys.adapters.http.shared_answers.KEPT_FOR", 600)
    jobs = api.container.job_service()
    await jobs.submit(Greet())
    path, seen = "/api/jobs?queue=default", {"X-Jobsys-Seen": "2030-01-01T00:00:00Z"}
    one, two = [(await api.ask("viewer", "GET", path, headers=seen)).json() for _ in range(2)]
    await jobs.submit(Greet())
    assert (await api.ask("viewer", "GET", path, headers=seen)).json() == one == two
    later = {"X-Jobsys-Seen": "2030-01-01T00:00:01Z"}
    asked: list[tuple[str, dict[str, str]]] = [("viewer", {}), ("viewer", later), ("admin", seen)]
    for who, headers in asked:
        told = (await api.ask(who, "GET", path, headers=headers)).json()
        assert len(told["jobs"]) == 2, (who, headers)


async def test_a_shared_answer_is_forgotten_after_a_moment_whatever_was_said_to_be_seen(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobsys.adapters.http.shared_answers.KEPT_FOR", 0.01)
    for number in range(10):
        await api.ask("viewer", "GET", "/api/jobs", headers={"X-Jobsys-Seen": str(number)})
    answers: SharedAnswers = api.app.state.jobsys.answers
    await until(lambda: not answers.kept)
    await api.container.job_service().submit(Greet())
    told = await api.ask("viewer", "GET", "/api/jobs", headers={"X-Jobsys-Seen": "0"})
    assert len(told.json()["jobs"]) == 1


async def test_what_went_wrong_is_told_to_all_who_share_a_read(
    container_of_nowhere: JobsysContainer,
) -> None:
    async with asked_without_lifecycle(container_of_nowhere) as api:
        for _ in range(2):
            answer = await api.ask("viewer", "GET", "/api/jobs", headers={"X-Jobsys-Seen": "1"})
            assert (answer.status_code, answer.json()["code"]) == (503, "SRV_6003")
