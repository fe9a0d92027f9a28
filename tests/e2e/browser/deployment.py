"""A deployment to look at: a worker, jobs that end in every way, and the page over a socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2

from jobsys import BaseJob, Circuit, JobContext, JobId, JobsysContainer, RetryPolicy, Settings
from jobsys.adapters.http.server import Server
from jobsys.application.service import BackgroundJobService

TOKENS = {who: f"{who}-token-0123456789" for who in ("viewer", "operator", "admin", "bounded")}
ONCE = RetryPolicy(max_attempts=1)


class Mail(BaseJob):
    queue = "mails"
    to: str = "ada@example.com"
    api_key: str = ""


class Charge(BaseJob):
    """Fails where nothing is charged."""

    queue = "payments"
    retry = ONCE
    amount: int
    text: str = "nothing to charge"


class Sync(BaseJob):
    """Always fails, and opens its circuit."""

    queue = "crm"
    retry = ONCE
    circuit = Circuit("crm", failures=1, recover_after="1h")


class Report(BaseJob):
    """Runs until it is asked to stop."""

    queue = "reports"
    title: str = "sales"


class Echo(BaseJob):
    """Says its text in every way in which a job can say something."""

    queue = "echoes"
    retry = ONCE
    text: str
    fails: bool = False


@dataclass
class Deployment:
    """What stands behind the page, and where that is."""

    container: JobsysContainer
    url: str

    @property
    def jobs(self) -> BackgroundJobService:
        return self.container.job_service()

    async def buried(self, text: str = "nothing to charge", key: str | None = None) -> JobId:
        """Returns the id of a new dead letter."""
        job_id = await self.jobs.submit(Charge(amount=0, text=text), key=key)
        await self.jobs.wait(job_id, timeout="10s")
        return job_id


def container_for(backend: str, *, worker: bool = True) -> JobsysContainer:
    tokens = [{"name": w, "role": w, "token": TOKENS[w]} for w in ("viewer", "operator", "admin")]
    bounded = {"name": "bounded", "role": "operator", "token": TOKENS["bounded"]}
    container = JobsysContainer(
        settings=Settings(
            backend=backend,
            worker={"enabled": worker, "grace": "0s"},
            dashboard={"tokens": [*tokens, {**bounded, "queues": ["mails"]}]},
        )
    )

    @container.handles(Mail)
    async def mail(job: Mail, context: JobContext) -> str:
        context.log.info("sending to %s", job.to)
        return f"sent to {job.to}"

    @container.handles(Charge)
    async def charge(job: Charge, context: JobContext) -> int:
        context.log.warning("charging: %s", job.text)
        if job.amount <= 0:
            raise ValueError(job.text)
        return job.amount

    @container.handles(Sync)
    async def sync(job: Sync, context: JobContext) -> None:
        raise ConnectionError("crm.example.com does not answer")

    @container.handles(Echo)
    async def echo(job: Echo, context: JobContext) -> dict[str, str]:
        context.log.info("echo %s", job.text)
        await context.progress(50, job.text)
        if job.fails:
            raise type(job.text, (ValueError,), {})(job.text)
        return {job.text: f"echo {job.text}"}

    @container.handles(Report)
    async def report(job: Report, context: JobContext) -> None:
        await context.progress(40, "four of ten pages")
        while not context.cancelled:
            await asyncio.sleep(0.02)

    return container


@asynccontextmanager
async def deployed(
    container: JobsysContainer, port: int | None = None
) -> AsyncIterator[Deployment]:
    """Runs a container, and serves its page at a port of this host."""
    async with container.lifecycle(), served(container, port or free_port()) as url:
        yield Deployment(container, url)


@asynccontextmanager
async def served(container: JobsysContainer, port: int) -> AsyncIterator[str]:
    """Serves the page of a container that runs."""
    server = Server(container, {"port": port})
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10), httpx2.AsyncClient(base_url=server.url) as client:
            while not await answers(client):
                await asyncio.sleep(0.01)
        yield server.url
    finally:
        server.stop()
        await serving


async def answers(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/")).status_code == 200
    except httpx2.ConnectError:
        return False


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
