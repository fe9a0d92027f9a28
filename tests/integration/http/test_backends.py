"""The API over each backend."""

import asyncio
import json
from collections.abc import AsyncIterator

from jobsys import JobsysContainer
from tests.integration.http.conftest import Api, api_over, bearer, container_for, served


async def outcome(api: Api, job_id: str) -> str:
    await api.container.job_service().wait(job_id, timeout="20s")
    status: str = (await api.ask("viewer", "GET", f"/api/jobs/{job_id}")).json()["status"]
    return status


async def test_jobs_are_submitted_found_counted_and_mended_alike(url: str) -> None:
    async with api_over(container_for(worker=True, backend=url)) as api:
        ids = list[str]()
        for kind in ("greet", "fail"):
            answer = await api.ask("operator", "POST", "/api/jobs", {"type": kind})
            ids.append(answer.json()["job_id"])
        assert [await outcome(api, job_id) for job_id in ids] == ["completed", "failed"]
        stats = (await api.ask("viewer", "GET", "/api/jobs/stats")).json()
        assert stats == {"waiting": 0, "active": 0, "completed": 1, "failed": 1, "delayed": 0}
        [found] = (await api.ask("viewer", "GET", "/api/jobs?text=no luck")).json()["jobs"]
        assert found["job_id"] == ids[1]
        await api.ask("operator", "POST", "/api/queues/default/pause")
        answer = await api.ask("operator", "POST", "/api/dead-letters/replay", {})
        assert answer.json()["outcomes"] == {ids[1]: "replayed"}
        answer = await api.ask("admin", "POST", "/api/queues/default/purge", {"confirm": "default"})
        assert answer.json()["removed"] == 1
        rule = {"job_type": "greet", "rule": {"cron": "0 2 * * *"}}
        answer = await api.ask("admin", "PUT", "/api/schedules/default:nightly", rule)
        assert answer.json()["next_at"]
        answer = await api.ask("operator", "POST", "/api/circuits/fail/open")
        assert answer.json()["state"] == "open"


async def test_what_another_process_does_is_streamed(url: str) -> None:
    container = container_for(worker=True, backend=url)
    watching = container if url == "memory://" else container_for(backend=url)
    async with (
        container.lifecycle(),
        served(watching) as client,
        client.stream("GET", "/api/events", headers=bearer("viewer")) as answer,
    ):
        lines = answer.aiter_lines()
        while await anext(lines) != ": listening":
            pass
        await told_of(container, lines)


async def told_of(container: JobsysContainer, lines: AsyncIterator[str]) -> None:
    """Submits jobs until one is told of: the first second of others may be missed."""
    jobs = container.job_service()

    async def submit() -> None:
        while True:
            await jobs.submit_by_name("greet", {})
            await asyncio.sleep(0.1)

    submitting = asyncio.create_task(submit())
    async with asyncio.timeout(20):
        async for line in lines:
            if line.startswith("data: "):
                assert json.loads(line.removeprefix("data: "))["status"] == "completed"
                break
    submitting.cancel()
