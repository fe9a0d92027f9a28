"""The verb `jobsys demo`."""

from pathlib import Path
from typing import Annotated, cast

import typer

from jobsys.adapters.cli.invocation import Invocation, Json


def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(help="Whose files are worked on; else examples.", readable=False),
    ] = None,
    backend: Annotated[
        str | None, typer.Option(metavar="URL", help="Where; by default a new SQLite file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run real jobs through crashes, and prove that nothing was lost."""
    given = cast("Invocation", context.obj)
    raise typer.Exit(given.demo(folder, backend or given.backend, given.as_json or as_json))
