"""The options that say which dead letters are meant, the same for every verb."""

from collections.abc import Callable, Sequence
from inspect import Signature, signature
from typing import Annotated, Final

import typer

from jobsys.adapters.cli.completion import job_types, queues
from jobsys.adapters.cli.invocation import INSTANT, instant
from jobsys.domain.dead_letter import EVERY_DEAD_LETTER, DeadLetterFilter
from jobsys.domain.errors import InvalidJob
from jobsys.domain.status import Reason

Verb = Callable[..., None]


def _wanted(
    queue: Annotated[
        str | None, typer.Option(help="Only those of this queue.", autocompletion=queues)
    ] = None,
    job_type: Annotated[
        str | None,
        typer.Option("--type", help="Only those of this type.", autocompletion=job_types),
    ] = None,
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


_filter: Final[Callable[..., DeadLetterFilter]] = _wanted
_OPTIONS: Final = signature(_wanted).parameters


def filtered(verb: Verb) -> Verb:
    """Gives a verb the options of a filter, which it takes as its second argument."""

    def run(context: typer.Context, **given: object) -> None:
        said = {name: given.pop(name) for name in _OPTIONS}
        verb(context, _filter(**said), **given)

    context, _, *own = signature(verb).parameters.values()
    parameters = [context, *own, *_OPTIONS.values()]
    run.__name__, run.__doc__ = verb.__name__, verb.__doc__
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    vars(run)["__signature__"] = Signature(parameters)  # what typer reads
    return run


def check_meant(wanted: DeadLetterFilter, every: bool, ids: Sequence[str] | None = None) -> None:
    """Returns if it was said in one way which dead letters are meant; None takes no ids.

    Raises:
        InvalidJob: nothing was said, or too much.
    """
    said = (bool(ids), wanted != EVERY_DEAD_LETTER, every)
    if said.count(True) != 1:
        ways = "a filter, or --all" if ids is None else "ids, a filter, or --all"
        raise InvalidJob(f"say in one way which dead letters are meant: by {ways}")
