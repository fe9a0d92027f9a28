"""The verb `jobsys top`: how everything stands, again and again."""

import asyncio
import logging
import sys
from collections.abc import Mapping
from typing import Annotated, Final, cast

import typer

from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.keys import ended_by_q
from jobsys.adapters.cli.output import print_json
from jobsys.adapters.cli.target import Application
from jobsys.adapters.cli.until_stopped import until_stopped
from jobsys.application.arguments import seconds_of
from jobsys.application.overview_views import overview_view
from jobsys.application.sight import Sight, Watch
from jobsys.application.views import circuit_view, dead_letter_view
from jobsys.application.worker_views import worker_view
from jobsys.domain.errors import InvalidJob
from jobsys.ports.errors import AdapterError

SOONEST: Final = 1.0
"""No more often than so many seconds apart is the backend asked."""


def top(
    context: typer.Context,
    every: Annotated[str, typer.Option(help="How often it looks: 1s, 5s.")] = "1s",
    once: Annotated[
        bool, typer.Option("--once", help="Show it once, as is done where no terminal is.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show queues, workers, rates and the newest failures, live; q or Ctrl-C ends it."""
    given = cast("Invocation", context.obj)
    pause = seconds_of(every)
    if pause < SOONEST:
        raise InvalidJob(f"--every {every}: once a second is the most")
    if given.as_json or as_json:
        print_json(_view(given.run_on(lambda application: _glance(application, pause))))
    elif once or not sys.stdout.isatty():
        _print(given.run_on(lambda application: _glance(application, pause)))
    else:
        given.run_on(lambda application: _live(_watch(application), pause))


def _watch(application: Application) -> Watch:
    return Watch(application.survey(), application.job_service())


async def _glance(application: Application, pause: float) -> Sight:
    """Returns what the second look shows: rates lie between two."""
    watch = _watch(application)
    await watch.look()
    await asyncio.sleep(pause)
    return await watch.look()


async def _live(watch: Watch, pause: float) -> None:
    from rich.live import Live  # noqa: PLC0415 (it costs more than a worker needs)

    from jobsys.adapters.cli.screen import console  # noqa: PLC0415 (as above)
    from jobsys.adapters.cli.top_frame import frame  # noqa: PLC0415 (as above)

    async def shown() -> None:
        while True:
            away = ""
            try:
                await watch.look()
            except AdapterError as error:
                away = str(error)
            live.update(frame(watch.last, console.size, away), refresh=True)
            await asyncio.sleep(pause)

    stop = asyncio.Event()
    logging.disable()  # a line of it would tear the picture
    try:
        with ended_by_q(stop), Live(console=console, screen=True, auto_refresh=False) as live:
            await until_stopped(shown(), stop)
    finally:
        logging.disable(logging.NOTSET)


def _print(sight: Sight) -> None:
    from jobsys.adapters.cli.screen import console  # noqa: PLC0415 (it costs more than a worker needs)
    from jobsys.adapters.cli.top_frame import frame  # noqa: PLC0415 (as above)

    console.print(frame(sight, console.size._replace(height=0)))


def _view(sight: Sight) -> Mapping[str, object]:
    return {
        "overview": overview_view(sight.overview, sight.course),
        "workers": [worker_view(one) for one in sight.overview.workers],
        "circuits": [circuit_view(one) for one in sight.overview.circuits],
        "failures": [dead_letter_view(record) for record in sight.failures],
    }
