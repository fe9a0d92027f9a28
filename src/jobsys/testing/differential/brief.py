"""Steps of a story as short as they can be read: what is left at its default is left out."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, cast

from pydantic import BaseModel

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def brief(given: object) -> str:
    """Returns a text for a value, with its defaults left out.

    >>> from jobsys.testing.differential.operation import DoTick, Forward
    >>> brief([Forward(by=timedelta(seconds=5)), DoTick(queues=("a", "b"), limit=2)])
    "[Forward(5s), DoTick(['a', 'b'], limit=2)]"
    """
    if isinstance(given, Enum):
        return given.name
    if isinstance(given, timedelta):
        return f"{given.total_seconds():g}s"
    if isinstance(given, datetime):
        return f"{given:%H:%M:%S}"
    if isinstance(given, tuple | list):
        return f"[{', '.join(map(brief, cast('list[object]', given)))}]"
    return _brief_object(given)


def _brief_object(given: object) -> str:
    if isinstance(given, BaseModel):
        chosen = [
            f"{name}={brief(entry)}" for name, entry in given if name in given.model_fields_set
        ]
        return f"{type(given).__name__}({', '.join(chosen)})"
    if is_dataclass(given) and not isinstance(given, type):
        return f"{type(given).__name__}({', '.join(_arguments(given))})"
    return repr(given)


def _arguments(given: "DataclassInstance") -> Iterator[str]:
    for number, field in enumerate(fields(given)):
        entry = getattr(given, field.name)
        if number == 0:
            yield brief(entry)
        elif entry != field.default:
            yield f"{field.name}={brief(entry)}"
