"""The verb `jobsys worker`."""

import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final, cast

import typer

from jobsys.adapters.cli.fast_process import keep_what_is_imported, run
from jobsys.adapters.cli.invocation import Invocation
from jobsys.adapters.cli.serve import serve
from jobsys.adapters.cli.stop_signals import end_at_signals, ignore_signals_at_the_very_end
from jobsys.adapters.cli.supervisor import Supervisor, worker_command
from jobsys.adapters.cli.target import Application
from jobsys.domain.errors import ConfigurationError

EXAMPLE: Final = (
    "Example: jobsys worker tasks:container --queue mails=4 --queue reports --processes 2"
)
SHARED_FOLDER: Final = "JOBSYS_METRICS__SHARED_FOLDER"


App = Annotated[
    str | None,
    typer.Argument(metavar="MODULE:CONTAINER", help="Your container, unless --app names it."),
]
Concurrency = Annotated[
    int | None, typer.Option(min=1, help="How many jobs run at once, in each process.")
]
Queues = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME[=SLOTS]",
        help="Serve only this queue, with so many of its jobs at once; may be repeated.",
    ),
]
Processes = Annotated[
    int | None,
    typer.Option(
        min=1, max=1000, help="How many processes run jobs, watched and restarted by this one."
    ),
]
MetricsPort = Annotated[
    int | None,
    typer.Option(min=1, max=65_535, help="Serve /metrics of all processes on this port."),
]
Supervised = Annotated[bool, typer.Option(hidden=True)]


def worker(
    context: typer.Context,
    app: App = None,
    concurrency: Concurrency = None,
    queue: Queues = None,
    processes: Processes = None,
    metrics_port: MetricsPort = None,
    supervised: Supervised = False,
) -> None:
    """Run jobs until SIGINT or SIGTERM, then finish what runs."""
    ignore_signals_at_the_very_end()  # registered first: it comes after what the application has
    given = cast("Invocation", context.obj)
    given.app = app or given.app
    if given.app is None:
        raise typer.BadParameter("name your container: jobsys worker MODULE:CONTAINER")
    said = _settings(concurrency, queue or (), processes)
    os.environ.update(said)  # the container reads them when its module is imported
    application = given.application()
    application.found_at(given.app)
    _check_taken(application, said)
    if metrics_port is not None:
        application.serve_metrics(metrics_port)
    code = _run(application, given.app, supervised=supervised)
    end_at_signals(code)
    raise typer.Exit(code)


def _run(application: Application, target: str, *, supervised: bool) -> int:
    """Runs the worker, or the supervisor of several, and returns the exit code."""
    settings = application.settings().worker
    processes = settings.processes
    if not supervised and processes > 1:
        return asyncio.run(_supervise(application, target, processes))
    if supervised:
        application.serve_metrics(None)  # the supervisor does
    keep_what_is_imported()
    run(serve(application, supervised=supervised), on_uvloop=settings.uvloop)
    return 0


async def _supervise(application: Application, target: str, processes: int) -> int:
    with application.logging(), TemporaryDirectory(prefix="jobsys-metrics-") as folder:
        shared = application.settings().metrics.shared_folder or Path(folder)
        os.environ[SHARED_FOLDER] = str(shared)
        async with application.serve_metrics_of_all(shared):
            return await Supervisor(worker_command(target), processes).run()


def _settings(
    concurrency: int | None, queues: Sequence[str], processes: int | None
) -> dict[str, str]:
    """Returns what was said as the environment says it."""
    said: dict[str, str] = {}
    if concurrency is not None:
        said["JOBSYS_WORKER__CONCURRENCY"] = str(concurrency)
    if processes is not None:
        said["JOBSYS_WORKER__PROCESSES"] = str(processes)
    if queues:
        pairs = [one.partition("=") for one in queues]
        said["JOBSYS_WORKER__QUEUES"] = json.dumps([name for name, _, _ in pairs])
        slots = {name: _slots(name, number) for name, sign, number in pairs if sign}
        if slots:
            said["JOBSYS_WORKER__SLOTS"] = json.dumps(slots)
    return said


def _slots(queue: str, number: str) -> int:
    if not number.isascii() or not number.isdigit() or int(number) < 1:
        raise typer.BadParameter(f"--queue {queue}={number}: write the slots as a number from 1 on")
    return int(number)


def _check_taken(application: Application, said: dict[str, str]) -> None:
    """Lets a container pass that has read what the command line said.

    Raises:
        ConfigurationError: it fixes another value itself.
    """
    settings = application.settings().worker.model_dump(mode="json")
    for variable, text in said.items():
        name = variable.rpartition("__")[2].lower()
        if settings[name] != json.loads(text):
            raise ConfigurationError(
                f"the container fixes worker.{name} at {json.dumps(settings[name])}:"
                " leave the option out, or let the container's Settings read the environment"
            )
