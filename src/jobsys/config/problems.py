"""What is wrong with the settings, in words that say where to mend it."""

from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from jobsys.config.fields import suggestion
from jobsys.config.layers import KeyPath, Layer, place_of


def told(error: ValidationError, found: Layer, known: Iterable[KeyPath]) -> str:
    """Returns one sentence that names every wrong setting, its place, and what is wrong with it."""
    names = list(known)
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(_problem(each, found, names) for each in problems)


def _problem(problem: ErrorDetails, found: Layer, known: Iterable[KeyPath]) -> str:
    path = tuple(str(part) for part in problem["loc"] if part != "[key]")
    place = place_of(found, path)
    where = f"{'.'.join(path)} ({place})" if place else ".".join(path)
    if problem["type"] == "extra_forbidden":
        meant = suggestion(".".join(path), map(".".join, known))
        return f"{where}: there is no such setting; {meant}"
    return f"{where}: {problem['msg'].removeprefix('Value error, ')}"
