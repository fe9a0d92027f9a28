"""A deployment to look at: a worker, jobs that end in every way, and the page over a socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2

from jobsys import JobId, JobsysContainer, Settings
from jobsys.adapters.http.server import Server
from jobsys.application.service import BackgroundJobService
from jobsys.domain.principal import Role
from tests.e2e.browser import shown_jobs
from tests.e2e.browser.shown_jobs import Charge
from tests.integration.http.conftest import until_answered

TOKENS = {who: f"{who}-token-0123456789" for who in ("viewer", "operator", "admin", "bounded")}


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


def container_for(
    backend: str, *, worker: bool = True, anonymous: Role | None = None
) -> JobsysContainer:
    tokens = [{"name": w, "role": w, "token": TOKENS[w]} for w in ("viewer", "operator", "admin")]
    bounded = {"name": "bounded", "role": "operator", "token": TOKENS["bounded"]}
    container = JobsysContainer(
        settings=Settings(
            backend=backend,
            worker={"enabled": worker, "grace": "0s"},
            dashboard={
                "tokens": [*tokens, {**bounded, "queues": ["mails"]}],
                "anonymous": anonymous,
            },
        )
    )
    container.handles(shown_jobs.Mail)(shown_jobs.mail)
    container.handles(shown_jobs.Charge)(shown_jobs.charge)
    container.handles(shown_jobs.Sync)(shown_jobs.sync)
    container.handles(shown_jobs.Report)(shown_jobs.report)
    container.handles(shown_jobs.Echo)(shown_jobs.echo)
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
        async with httpx2.AsyncClient(base_url=server.url) as client:
            await until_answered(client)
        yield server.url
    finally:
        server.stop()
        await serving


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
