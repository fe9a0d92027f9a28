"""What is said of a wrong value that stands in code: where it is, what it may be, and what it was."""

from collections.abc import Callable, Iterable
from functools import wraps
from inspect import signature
from reprlib import repr as clipped
from typing import Final, TypeVar

from pydantic import ValidationError

from jobsys.domain.errors import ConfigurationError

T = TypeVar("T")

_UNKNOWN: Final = {"extra_forbidden", "unexpected_keyword_argument"}


def speaking(kind: type[T]) -> type[T]:
    """Has a class of pydantic's refuse wrong arguments with a ConfigurationError of one line.

    What is read from data is made without the constructor, and fails like the fields around it.
    """
    checked: Callable[..., None] = kind.__init__

    @wraps(checked)
    def construct(made: T, *given: object, **named: object) -> None:
        try:
            checked(made, *given, **named)
        except ValidationError as error:
            raise ConfigurationError(
                what_is_wrong(error, kind.__name__, signature(kind).parameters)
            ) from error

    setattr(kind, "__init__", construct)  # noqa: B010 (a plain assignment is no valid type)
    return kind


def what_is_wrong(error: ValidationError, name: str, fields: Iterable[str] = ()) -> str:
    """Returns what is wrong with a value of this name, or with those below it, in one line."""
    known = ", ".join(fields)
    told = list[str]()
    for problem in error.errors(include_url=False):
        where = ".".join([name, *map(str, problem["loc"])])
        if problem["type"] in _UNKNOWN:
            what = (
                f"there is no such field; there are: {known}" if known else "there is no such field"
            )
        elif problem["type"] == "value_error":  # a rule of ours, which says what it was
            what = problem["msg"].removeprefix("Value error, ")
        else:
            what = f"{problem['msg']}, not {clipped(problem['input'])}"
        told.append(f"{where}: {what}")
    return "; ".join(told)
