"""Endpoints are told of the ends of jobs, on every backend."""

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from pydantic_core import from_json

from jobsys import (
    BaseJob,
    Discard,
    JobContext,
    JobStatus,
    JobsysContainer,
    RetryPolicy,
    Settings,
    verify_webhook,
)
from jobsys.application import webhook_desk
from jobsys.application.webhook_look_back import WebhookLookBack
from jobsys.config.webhooks import EndpointArguments
from jobsys.domain.record import JobRecord
from tests.support.https_server import HttpsServer, Received, answer
from tests.support.mortal_process import run_until_it_dies
from tests.support.smtp_server import CERTIFICATE
from tests.support.workshop import until

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 (nobody's)
SOON = timedelta(seconds=10)


def nested(levels: int) -> object:
    return [nested(levels - 1)] if levels else []


ODD = {"huge": "x" * 70_000, "deep": nested(100), "deeper": nested(220), "endless": float("inf")}


class Charge(BaseJob):
    """Does as its `how` says."""

    retry = RetryPolicy(max_attempts=1)
    how: str = "well"


@pytest.fixture
async def server() -> AsyncIterator[HttpsServer]:
    async with HttpsServer() as server:
        yield server


def made(url: str, server: HttpsServer, **endpoint: object) -> JobsysContainer:
    there: dict[str, object] = {
        "url": server.url(),
        "secrets": [SECRET],
        "allow_private": True,
        "allow_any_port": True,
        **endpoint,
    }
    endpoints = {"billing": cast("EndpointArguments", there)}
    settings = Settings(backend=url, webhooks={"endpoints": endpoints, "ca": CERTIFICATE})
    container = JobsysContainer(settings)

    @container.handles(Charge)
    async def charge(job: Charge, _context: JobContext) -> object:
        if job.how == "badly":
            raise KeyError("password=hunter2 is wrong")
        if job.how == "not at all":
            raise Discard("nothing to do")
        return ODD.get(job.how, {"paid": 7, "token": "c2VjcmV0"})

    return container


async def ended(container: JobsysContainer, how: str = "well") -> JobRecord:
    jobs = container.job_service()
    return await jobs.wait(await jobs.submit(Charge(how=how)), SOON)


def data_of(request: Received) -> dict[str, object]:
    return cast("dict[str, dict[str, object]]", from_json(request.body))["data"]


async def test_each_end_is_told_once_signed_and_without_secrets(
    url: str, server: HttpsServer
) -> None:
    container = made(url, server)
    async with container.lifecycle():
        records = [await ended(container, how) for how in ("well", "badly", "not at all")]
        await until(lambda: len(server.received) == 3)
    for request in server.received:
        verify_webhook(request.headers, request.body, [SECRET], now=datetime.now(UTC))
    told = {data_of(request)["job_id"]: data_of(request) for request in server.received}
    well, badly, dropped = (told[record.id] for record in records)
    assert (well["status"], well["attempt"], well["error"]) == ("completed", 1, None)
    assert "result" not in well
    assert (badly["status"], badly["reason"]) == ("failed", "exhausted")
    assert badly["error"] == {"type": "KeyError", "message": "'password=*** is wrong'"}
    assert (dropped["status"], dropped["reason"]) == ("cancelled", "discarded")
    assert len({request.headers["webhook-id"] for request in server.received}) == 3


async def test_only_what_an_endpoint_wants_is_told_and_a_result_where_it_wants_that(
    url: str, server: HttpsServer
) -> None:
    container = made(url, server, events=["completed"], types=["charge"], include_result=True)
    async with container.lifecycle():
        await ended(container, "badly")
        await ended(container)
        await until(lambda: server.received)
        await container.webhook_look_back().look()
    [request] = server.received
    assert data_of(request)["result"] == {"paid": 7, "token": "***"}


@pytest.mark.parametrize("how", ["huge", "deep", "deeper", "endless"])
async def test_a_result_that_cannot_be_told_is_left_out_and_keeps_no_end_from_being_told(
    server: HttpsServer, how: str
) -> None:
    container = made("memory://", server, include_result=True)
    async with container.lifecycle():
        odd = await ended(container, how)
        fine = await ended(container)
        await until(lambda: len(server.received) == 2)
    told = {data_of(request)["job_id"]: data_of(request) for request in server.received}
    assert (told[odd.id]["result"], told[odd.id]["result_left_out"]) == (None, True)
    assert told[fine.id]["result"] == {"paid": 7, "token": "***"}


async def test_a_job_that_is_cancelled_while_it_waits_is_told_of_as_well(
    url: str, server: HttpsServer
) -> None:
    container = made(url, server)
    async with container.lifecycle():
        jobs = container.job_service()
        job_id = await jobs.submit(Charge(), delay="1h")
        await jobs.cancel(job_id)
        await until(lambda: server.received)
    assert data_of(server.received[0])["job_id"] == job_id
    assert data_of(server.received[0])["reason"] == "requested"


async def test_what_a_process_could_not_tell_before_it_died_is_told_by_the_next(
    url: str, server: HttpsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = made(url, server)
    with monkeypatch.context() as patch:
        patch.setattr(webhook_desk.WebhookDesk, "start", _nothing)  # it dies right then
        patch.setattr(WebhookLookBack, "start", _nothing)
        async with container.lifecycle():
            record = await ended(container, "badly")
            assert server.received == []
            if url == "memory://":  # nothing outlives such a backend
                await container.webhook_look_back().look()
                await until(lambda: server.received)
    if url != "memory://":
        async with made(url, server).lifecycle():
            await until(lambda: server.received)
    assert [data_of(request)["job_id"] for request in server.received] == [record.id]


async def _nothing(_self: object) -> None:
    pass


MORTAL = """
    import asyncio, os, signal, sys
    from types import SimpleNamespace
    from jobsys.application.webhook_maker import WebhookMaker
    from tests.integration.test_webhooks import made

    async def die(self: WebhookMaker, tellings: list[object]) -> None:
        if tellings:
            os.kill(os.getpid(), signal.SIGKILL)

    async def main() -> None:
        WebhookMaker.make = die
        nowhere = SimpleNamespace(url=lambda: "https://127.0.0.1:1/")
        async with made(sys.argv[1], nowhere).lifecycle():
            await asyncio.Event().wait()

    asyncio.run(main())
"""


async def test_what_a_process_that_is_killed_has_settled_and_not_told_is_told_by_the_next(
    url: str, server: HttpsServer, tmp_path: Path
) -> None:
    if url == "memory://":  # nothing outlives such a backend
        return
    container = made(url, server)
    await container.backend().start()
    try:
        job_id = await container.job_service().submit(Charge())
        assert await asyncio.to_thread(run_until_it_dies, MORTAL, tmp_path, url) == -signal.SIGKILL
        record = await container.job_service().get(job_id)
        assert (record.status, server.received) == (JobStatus.COMPLETED, [])
    finally:
        await container.backend().stop()
    async with made(url, server).lifecycle():
        await until(lambda: server.received)
    assert [data_of(request)["job_id"] for request in server.received] == [job_id]


async def test_looking_back_tells_nothing_that_was_told_and_both_name_it_alike(
    url: str, server: HttpsServer
) -> None:
    container = made(url, server)
    async with container.lifecycle():
        for how in ("well", "badly", "not at all"):
            await ended(container, how)
        cancelled = await container.job_service().submit(Charge(), delay="1h")
        await container.job_service().cancel(cancelled)
        await until(lambda: len(server.received) == 4)
        await container.webhook_look_back().look()
        found = await container.job_service().find(queue="webhooks")
    assert len(found.records) == 4
    assert len(server.received) == 4


async def test_a_job_that_is_replayed_ends_again_and_that_is_told(
    url: str, server: HttpsServer
) -> None:
    container = made(url, server, events=["failed"])
    async with container.lifecycle():
        record = await ended(container, "badly")
        await until(lambda: len(server.received) == 1)
        await container.job_service().retry(record.id)
        await until(lambda: len(server.received) == 2)
    first, second = (request.headers["webhook-id"] for request in server.received)
    assert first != second


async def test_what_the_receiver_does_not_take_is_tried_again_under_the_same_id(
    url: str, server: HttpsServer
) -> None:
    server.answers = [answer(503, "Retry-After: 0"), answer(200)]
    container = made(url, server)
    async with container.lifecycle():
        await ended(container)
        await until(lambda: len(server.received) == 2)
    first, second = server.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


async def test_nothing_is_made_and_nothing_listens_where_there_is_no_endpoint(url: str) -> None:
    container = JobsysContainer(Settings(backend=url))
    container.handles(Charge)(lambda _job, _context: None)
    async with container.lifecycle():
        await ended(container)
        assert "webhooks" not in await container.job_service().counts()
        assert not any("jobsys-webhooks" in task.get_name() for task in asyncio.all_tasks())
    assert "webhooks" not in container.handlers().queues()
