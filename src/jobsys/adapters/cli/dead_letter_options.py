"""The options that say which dead letters are meant, the same for every verb."""

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from jobsys.adapters.cli.filters import OfQueue, OfType
from jobsys.adapters.cli.invocation import INSTANT, instant
from jobsys.adapters.cli.option_group import taking
from jobsys.domain.dead_letter import EVERY_DEAD_LETTER, DeadLetterFilter
from jobsys.domain.errors import InvalidJob
from jobsys.domain.status import Reason


def _wanted(
    queue: OfQueue = None,
    job_type: OfType = None,
    reason: Annotated[Reason | None, typer.Option(help="Only those that failed for this.")] = None,
    error: Annotated[
        str | None, typer.Option(help="Only those whose last error has this class or code.")
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="Only those with this in the last error or the payload.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help=f"Only those that failed then or later, {INSTANT}.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Only those that failed before then.")] = None,
) -> DeadLetterFilter:
    began, ended = instant("--since", since), instant("--until", until)
    return DeadLetterFilter(queue, job_type, reason, error, text, began, ended)


filtered: Final = taking("wanted", _wanted)
"""Gives a verb the options of a filter, which it takes as `wanted`."""


def check_meant(wanted: DeadLetterFilter, every: bool, ids: Sequence[str] | None = None) -> None:
    """Returns if it was said in one way which dead letters are meant; None takes no ids.

    Raises:
        InvalidJob: nothing was said, or too much.
    """
    said = (bool(ids), wanted != EVERY_DEAD_LETTER, every)
    if said.count(True) != 1:
        ways = "a filter, or --all" if ids is None else "ids, a filter, or --all"
        raise InvalidJob(f"say in one way which dead letters are meant: by {ways}")
