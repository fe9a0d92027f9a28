"""The verb `jobsys dashboard`."""

import asyncio
import signal
from types import FrameType
from typing import Annotated, cast

import typer

from jobsys.adapters.cli.invocation import Invocation
from jobsys.adapters.cli.target import ApiServer, Application
from jobsys.domain.principal import Role


def dashboard(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="The address; else as the settings say.")] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="The port; else as the settings say.")
    ] = None,
    anonymous: Annotated[
        Role | None, typer.Option(help="What users of this host may do without a token.")
    ] = None,
) -> None:
    """Serve the REST API until SIGINT or SIGTERM; this process runs no jobs."""
    given = cast("Invocation", context.obj)
    application = given.application()
    asyncio.run(_serve(application, application.dashboard(host, port, anonymous)))


async def _serve(application: Application, server: ApiServer) -> None:
    loop = asyncio.get_running_loop()

    def stop(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(server.stop)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with application.logging():
        async with application.lifecycle():
            typer.echo(f"jobsys: serving at {server.url}/, the API at {server.url}/api/", err=True)
            await server.serve()
