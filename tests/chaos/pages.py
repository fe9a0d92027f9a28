"""A dashboard, and pages that are open at it."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import httpx2

from tests.support.processes import free_port

TOKEN: Final = "a-token-of-who-looks-on"  # noqa: S105 (of this run's own server)
LIST: Final = "/api/jobs?limit=50"


@dataclass(frozen=True)
class Dashboard:
    """A dashboard that runs, and who asks it."""

    process: Process
    client: httpx2.AsyncClient


@asynccontextmanager
async def served(url: str) -> AsyncIterator[Dashboard]:
    """Serves the dashboard over a Redis, from a process of its own."""
    port = free_port()
    tokens = [{"name": "ada", "role": "admin", "token": TOKEN}]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "jobsys", "--backend", url, "dashboard", f"--port={port}"),
        env={**os.environ, "JOBSYS_DASHBOARD__TOKENS": json.dumps(tokens)},
    )
    limits = httpx2.Limits(max_connections=None)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    try:
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, limits=limits, timeout=60
        ) as client:
            await _until_answered(client)
            yield Dashboard(process, client)
    finally:
        process.terminate()
        await process.wait()


async def _until_answered(client: httpx2.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                await client.get("/health/live")
                return
            except httpx2.ConnectError:
                await asyncio.sleep(0.05)


async def page(client: httpx2.AsyncClient) -> None:
    """Looks on as a page does that lists jobs: it asks for them after each overview."""
    async with client.stream("GET", "/api/live") as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                seen = json.loads(line.removeprefix("data: "))["at"]
                await client.get(LIST, headers={"X-Jobsys-Seen": seen})
