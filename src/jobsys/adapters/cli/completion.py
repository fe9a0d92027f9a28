"""What a shell offers for words that only the application and its backend know."""

import logging
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Final, cast

import typer

from jobsys.adapters.cli.invocation import Invocation

PATIENCE: Final = 1.0
"""How long whoever presses the tab key waits for a backend, in seconds."""


def queues(context: typer.Context) -> list[str]:
    """Returns the queues that have a policy, or ever had a job; none where the backend does not tell at once."""
    given = _given(context)

    def names() -> Iterable[str]:
        if _has_no_file(given.application().settings().backend):
            return ()
        return given.run(lambda jobs: jobs.counts(), within=PATIENCE)

    return _quietly(names)


def job_types(context: typer.Context) -> list[str]:
    """Returns the types of the jobs that the container knows; none where it cannot be loaded."""
    given = _given(context)
    return _quietly(lambda: (known.job_type for known in given.application().job_factory().known()))


def _given(context: typer.Context) -> Invocation:
    """Returns the call with what stands before the verb, which a shell that asks does not run."""
    root = context.find_root()
    given = cast("Invocation", root.obj)
    said = cast("dict[str, str | None]", root.params)
    given.take(said["app"], said["backend"], said["config"])
    return given


def _has_no_file(backend: str) -> bool:
    """Returns whether asking would make a database."""
    scheme, _, rest = backend.partition(":///")
    return scheme == "sqlite" and not Path(rest.partition("?")[0]).exists()


def _quietly(names: Callable[[], Iterable[str]]) -> list[str]:
    """Returns the names, or none where they cannot be had: a prompt is no place to say why."""
    logging.disable()
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            return sorted(names())
    except (Exception, SystemExit):  # noqa: BLE001 (importing an application may fail in any way)
        return []
