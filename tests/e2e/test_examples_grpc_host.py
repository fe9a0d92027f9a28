"""The example of a gRPC host, called through a real channel."""

import asyncio
import signal
import subprocess
from pathlib import Path

from examples.grpc_host.client import submit
from examples.grpc_host.jobs import RenderPage
from examples.grpc_host.server import serving
from jobsys import JobContext, JobsysContainer, Settings
from tests.support.examples import Shell
from tests.support.processes import free_port, until


async def test_the_answer_comes_while_the_job_still_runs() -> None:
    answered = asyncio.Event()
    container = JobsysContainer(Settings(backend="memory://"))

    @container.handles(RenderPage)
    async def after_the_answer(job: RenderPage, context: JobContext) -> str:
        await answered.wait()
        return job.page

    async with serving(container, "127.0.0.1:0") as port:
        reply = await submit("home", f"127.0.0.1:{port}")
        answered.set()
        record = await container.job_service().wait(reply.job_id, timeout="10s")
    assert record.result == "home"


def test_server_and_client_are_programs(tmp_path: Path) -> None:
    shell, address = Shell(tmp_path), f"127.0.0.1:{free_port()}"
    with shell.running(
        "python", "-m", "examples.grpc_host.server", address, stdout=subprocess.PIPE
    ) as server:
        assert server.stdout is not None
        assert "listening" in server.stdout.readline()
        job_id = shell.run("python", "-m", "examples.grpc_host.client", "home", address).strip()
        until(lambda: "<h1>home</h1>" in shell.run("jobsys", "get", job_id))
        server.send_signal(signal.SIGINT)
        assert server.wait() == 0
