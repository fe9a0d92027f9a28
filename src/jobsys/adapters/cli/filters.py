"""The options by which many verbs are bounded to some jobs."""

from typing import Annotated

import typer

from jobsys.adapters.cli.completion import job_types, queues

OfQueue = Annotated[
    str | None, typer.Option("--queue", help="Only those of this queue.", autocompletion=queues)
]
OfType = Annotated[
    str | None, typer.Option("--type", help="Only those of this type.", autocompletion=job_types)
]
