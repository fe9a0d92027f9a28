"""What monitors are told: whether jobs get done, and why not."""

import asyncio
from typing import Any

import pytest

from jobsys import JobsysContainer
from jobsys.application.overview import Overview, Survey
from tests.integration.http.conftest import Api, Greet, asked_without_lifecycle

Told = dict[str, Any]  # JSON


async def told(api: Api, path: str, status: int = 200) -> Told:
    answer = await api.ask("viewer", "GET", path)
    assert answer.status_code == status, answer.text
    found: Told = answer.json()
    return found


async def until_told(api: Api, path: str, **wanted: object) -> Told:
    """What a path tells once it tells what is wanted: it is read twice a second."""
    async with asyncio.timeout(10):
        while True:
            found = await told(api, path)
            if all(found[name] == value for name, value in wanted.items()):
                return found
            await asyncio.sleep(0.05)


async def test_who_lives_and_is_ready_is_told_to_anybody(working: Api) -> None:
    for path in ("/health/live", "/health/ready"):
        answer = await working.ask(None, "GET", path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_strangers_who_probe_make_the_store_be_read_once_and_not_on_and_on(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, read = list[Survey](), Survey.read

    async def counted(survey: Survey) -> Overview:
        reads.append(survey)
        return await read(survey)

    monkeypatch.setattr(Survey, "read", counted)
    monkeypatch.setattr("jobsys.application.overview.FRESH", 60)
    for _ in range(20):
        assert (await api.ask(None, "GET", "/health/ready")).status_code == 200
    assert len(reads) == 1
    assert not [t for t in asyncio.all_tasks() if t.get_name() == "jobsys-overview"]


async def test_jobs_that_get_done_are_healthy_and_the_recovery_budget_is_told(working: Api) -> None:
    jobs = working.container.job_service()
    await jobs.wait(await jobs.submit(Greet()), timeout="10s")
    found = await told(working, "/health/jobs")
    assert (found["status"], found["reasons"], found["completed"]) == ("ok", [], 1)
    assert found["recovery_budget_seconds"] == 11
    assert [one["code"] for one in found["warnings"]] == ["MEMORY_ONLY"]


async def test_an_open_circuit_is_degraded_and_so_is_a_queue_that_nobody_serves(api: Api) -> None:
    await api.container.job_service().submit(Greet())
    await api.container.job_service().circuits.open("smtp")
    jobs = await told(api, "/health/jobs")
    assert (jobs["status"], jobs["recovery_budget_seconds"]) == ("degraded", None)
    assert [(one["code"], one["name"]) for one in jobs["reasons"]] == [("circuit_open", "smtp")]
    queues = await told(api, "/health/queues")
    assert queues["status"] == "degraded"
    assert [(one["code"], one["name"]) for one in queues["reasons"]] == [("no_worker", "default")]
    [queue] = queues["queues"]
    assert (queue["queue"], queue["waiting"], queue["paused"]) == ("default", 1, False)


async def test_a_queue_that_is_paused_with_jobs_in_it_is_degraded(api: Api) -> None:
    await api.container.job_service().submit(Greet())
    await api.container.job_service().queues.pause("default")
    found = await told(api, "/health/queues")
    codes = [one["code"] for one in found["reasons"]]
    assert (found["status"], codes) == ("degraded", ["no_worker", "queue_paused"])


async def test_the_pool_is_shown(working: Api) -> None:
    found = await told(working, "/health/workers")
    assert (found["status"], found["ready"], found["slots"], found["active"]) == ("ok", 1, 10, 0)
    [worker] = found["workers"]
    assert (worker["state"], worker["queues"]) == ("ready", ["default", "mails"])


async def test_the_whole_is_told_in_the_fields_that_hosts_read(working: Api) -> None:
    jobs = working.container.job_service()
    await jobs.wait(await jobs.submit(Greet()), timeout="10s")
    await working.buried()
    found = await until_told(working, "/api/health", activeJobs=0)
    assert set(found) == {
        "status", "timestamp", "backend", "redis", "activeJobs", "circuitBreakers", "metrics",
    }  # fmt: skip
    assert (found["status"], found["backend"], found["redis"]) == ("ok", "memory", None)
    assert found["circuitBreakers"] == {"fail": "closed"}
    metrics = found["metrics"]
    assert (metrics["jobsProcessed"], metrics["jobsFailed"], metrics["jobsRetried"]) == (2, 1, 0)
    assert set(metrics["queueLengths"]) == {"critical", "high", "normal", "low"}


async def test_a_backend_that_is_away_is_unavailable_and_nothing_of_it_is_told(
    container_of_nowhere: JobsysContainer,
) -> None:
    async with asked_without_lifecycle(container_of_nowhere) as api:
        for path in ("/health/ready", "/health/jobs", "/health/workers", "/api/health"):
            found = await told(api, path, 503)
            assert (found["status"], found["redis"]) == ("unavailable", "disconnected")
            assert [one["message"] for one in found["reasons"]] == ["the backend does not answer"]
        assert (await told(api, "/health/live"))["status"] == "ok"
