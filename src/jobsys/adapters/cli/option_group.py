"""Options that several verbs take, said once."""

from collections.abc import Callable
from inspect import Signature, signature

import typer

Verb = Callable[..., None]


def taking(name: str, options: Callable[..., object]) -> Callable[[Verb], Verb]:
    """Gives a verb the options of a function, and what that makes of them as the argument `name`."""
    said = signature(options).parameters

    def given_to(verb: Verb) -> Verb:
        def run(context: typer.Context, **given: object) -> None:
            made = options(**{option: given.pop(option) for option in said})
            verb(context, **{name: made}, **given)

        own = [one for one in signature(verb).parameters.values() if one.name != name]
        parameters = [*own, *said.values()]
        run.__name__, run.__doc__ = verb.__name__, verb.__doc__
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        vars(run)["__signature__"] = Signature(parameters)  # what typer reads
        return run

    return given_to
