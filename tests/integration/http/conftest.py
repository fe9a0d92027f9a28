"""The REST API over a memory backend, asked in this process or over a socket."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
import pytest
from fastapi import FastAPI

from jobsys import BaseJob, JobContext, JobId, JobsysContainer, RetryPolicy, Settings
from jobsys.adapters.http import create_app
from jobsys.adapters.http.server import Server
from jobsys.config.arguments import DashboardArguments
from jobsys.domain.circuit import Circuit

TOKENS = {who: f"{who}-token-0123456789" for who in ("viewer", "operator", "admin", "bounded")}
MARK = {"X-Jobsys-Request": "1"}


class Greet(BaseJob):
    name: str = "Ada"
    api_key: str = ""


class Fail(BaseJob):
    retry = RetryPolicy(max_attempts=1)
    circuit = Circuit()
    text: str = "no luck"


class Measure(BaseJob):
    value: float = 0


class Mail(BaseJob):
    queue = "mails"
    to: str = "ada@example.com"


def dashboard() -> DashboardArguments:
    tokens = [
        {"name": who, "role": who, "token": TOKENS[who]} for who in ("viewer", "operator", "admin")
    ]
    bounded = {"name": "bounded", "role": "admin", "token": TOKENS["bounded"]}
    return {"tokens": [*tokens, {**bounded, "queues": ["mails"], "types": ["mail"]}]}


def container_for(
    given: DashboardArguments | None = None, *, worker: bool = False, backend: str = "memory://"
) -> JobsysContainer:
    """A container with three types, whose handlers greet, fail and send nothing."""
    container = JobsysContainer(
        settings=Settings(
            backend=backend, worker={"enabled": worker}, dashboard=given or dashboard()
        )
    )

    @container.handles(Greet)
    async def greet(job: Greet, context: JobContext) -> str:
        context.log.info("greeting %s", job.name)
        return f"Hello {job.name}"

    @container.handles(Fail)
    async def fail(job: Fail, context: JobContext) -> None:
        raise ValueError(job.text)

    @container.handles(Mail)
    async def mail(job: Mail, context: JobContext) -> None:
        return None

    container.job_factory().register(Measure)
    return container


def bearer(who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKENS[who]}"}


@dataclass
class Api:
    """The API, and what it stands over."""

    container: JobsysContainer
    app: FastAPI
    client: httpx2.AsyncClient

    async def ask(
        self,
        who: str | None,
        method: str,
        path: str,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """Asks as somebody, by token."""
        said = {**(bearer(who) if who else {}), **(headers or {})}
        return await self.client.request(method, path, json=json, headers=said)

    async def buried(self, text: str = "no luck") -> JobId:
        """Submits a job and returns its id once it is a dead letter; a worker has to run."""
        jobs = self.container.job_service()
        job_id = await jobs.submit(Fail(text=text))
        await jobs.wait(job_id, timeout="10s")
        return job_id


@asynccontextmanager
async def api_over(container: JobsysContainer, address: str = "127.0.0.1") -> AsyncIterator[Api]:
    """Asks the API in this process; `address` is where the requests come from."""
    app = create_app(container)
    transport = httpx2.ASGITransport(app=app, client=(address, 40_000))
    async with (
        container.lifecycle(),
        httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8090") as client,
    ):
        yield Api(container, app, client)


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """The API over jobs that nobody carries out."""
    async with api_over(container_for()) as api:
        yield api


@pytest.fixture
async def working() -> AsyncIterator[Api]:
    """The API of a process that runs jobs as well."""
    async with api_over(container_for(worker=True)) as api:
        yield api


@asynccontextmanager
async def served(container: JobsysContainer) -> AsyncIterator[httpx2.AsyncClient]:
    """Asks the API over a socket, from uvicorn."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(container, {"port": port})
    async with container.lifecycle():
        serving = asyncio.create_task(server.serve())
        async with httpx2.AsyncClient(base_url=server.url) as client:
            await until_answered(client)
            yield client
        server.stop()
        await serving


async def until_answered(client: httpx2.AsyncClient) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                await client.get("/api/session")
                return
            except httpx2.ConnectError:
                await asyncio.sleep(0.01)


@pytest.fixture
def container_of_nowhere() -> JobsysContainer:
    """A container whose Redis is not there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return container_for(backend=f"redis://127.0.0.1:{free.getsockname()[1]}/0")


@asynccontextmanager
async def asked_without_lifecycle(container: JobsysContainer) -> AsyncIterator[Api]:
    """Asks the API of a container that could not start."""
    app = create_app(container)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield Api(container, app, client)
