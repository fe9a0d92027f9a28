"""A gRPC host that submits and answers at once: python -m examples.grpc_host.server [ADDRESS]"""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import grpc.aio

from examples.grpc_host.jobs import RenderPage, render_page
from examples.grpc_host.messages import SubmitReply, SubmitRequest, decode_request, encode
from jobsys import BackgroundJobService, JobsysContainer, QueueUnavailable, Settings

SERVICE = "examples.Rendering"


class Rendering:
    """The servicer: it waits until the job is stored, and not for what becomes of it."""

    def __init__(self, jobs: BackgroundJobService) -> None:
        self._jobs = jobs

    async def submit(
        self, request: SubmitRequest, call: "grpc.aio.ServicerContext[SubmitRequest, SubmitReply]"
    ) -> SubmitReply:
        try:
            job_id = await self._jobs.submit(RenderPage(page=request.page))
        except QueueUnavailable as error:
            await call.abort(grpc.StatusCode.UNAVAILABLE, str(error))
        return SubmitReply(job_id=job_id)

    def handlers(self) -> grpc.GenericRpcHandler:
        submit = grpc.unary_unary_rpc_method_handler(self.submit, decode_request, encode)
        return grpc.method_handlers_generic_handler(SERVICE, {"Submit": submit})


def build(settings: Settings | None = None) -> JobsysContainer:
    container = JobsysContainer(settings)
    container.handles(RenderPage)(render_page)
    return container


@asynccontextmanager
async def serving(container: JobsysContainer, address: str) -> AsyncGenerator[int]:
    """Runs server and worker; yields the port. The server stops first, then jobs are finished."""
    server = grpc.aio.server()
    server.add_generic_rpc_handlers([Rendering(container.job_service()).handlers()])
    port = server.add_insecure_port(address)
    async with container.lifecycle():
        await server.start()
        try:
            yield port
        finally:
            await server.stop(grace=5)


async def main(address: str = "127.0.0.1:50051") -> None:
    async with serving(build(), address) as port:
        print(f"listening at port {port}; Ctrl-C ends it", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:2]))
    except KeyboardInterrupt:
        print("bye")
