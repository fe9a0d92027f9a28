"""Values of jobsys as plain data, so that two histories can be compared and printed."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import cast

from pydantic import BaseModel

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]


def plain(given: object) -> Plain:
    """Returns `given` as numbers, texts, lists and dicts of them.

    >>> from datetime import timedelta
    >>> plain({"after": timedelta(seconds=1), "raw": (b"x", None)})
    {'after': '0:00:01', 'raw': ["b'x'", None]}
    """
    if given is None or isinstance(given, bool | int):
        return given
    if isinstance(given, str | bytes):
        return _text(given)
    if isinstance(given, BaseModel):
        return plain(dict(given))
    if is_dataclass(given):
        return {field.name: plain(getattr(given, field.name)) for field in fields(given)}
    return _plain_collection(given)


def _plain_collection(given: object) -> Plain:
    if isinstance(given, Mapping):
        entries = cast("Mapping[object, object]", given)
        return {str(key): plain(entry) for key, entry in entries.items()}
    if isinstance(given, Sequence):
        return [plain(entry) for entry in cast("Sequence[object]", given)]
    return str(given)


def _text(given: str | bytes) -> str:
    if isinstance(given, Enum):
        return given.name
    return str(bytes(given)) if isinstance(given, bytes) else str(given)
