"""Writes the table of docs/configuration.md from the models: python -m tests.support.settings_reference"""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from types import NoneType
from typing import Final, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from jobsys.config import Settings
from jobsys.config.environment import variable_for
from jobsys.config.fields import Setting, settings_of
from jobsys.domain.duration import show_duration
from tests.support.written_table import DOCS, with_part

PAGE: Final = DOCS / "configuration.md"
BEGIN: Final = "<!-- settings: written by python -m tests.support.settings_reference -->\n"
END: Final = "<!-- end of settings -->\n"
HEAD: Final = "| name | environment variable | type | default | meaning |\n|---|---|---|---|---|\n"


def with_table(page: str) -> str:
    """Returns the page with the table as the models have it."""
    return with_part(page, BEGIN, END, f"{HEAD}{''.join(map(_row, settings_of(Settings)))}")


def _row(setting: Setting) -> str:
    name = setting.name.replace("*", "NAME")
    variable = variable_for(setting.path).replace("*", "NAME")
    kind, default = _kind(setting.field.annotation), _default(setting.field.default)
    return f"| `{name}` | `{variable}` | {kind} | {default} | {setting.field.description} |\n"


def _kind(hint: object) -> str:
    plain: Mapping[type, str] = {
        str: "text",
        SecretStr: "text",
        int: "whole number",
        float: "number",
        bool: "`true` or `false`",
        timedelta: "duration",
    }
    if isinstance(hint, type):
        return plain.get(hint) or _of_class(hint)
    inner = [each for each in get_args(hint) if each not in (NoneType, ...)]
    if get_origin(hint) is dict:
        return _kind(get_args(hint)[1])
    if get_origin(hint) is Mapping:
        return f"{_kind(get_args(hint)[1])} by name"
    if get_origin(hint) is tuple:
        return f"list of {_kind(inner[0])}"
    if all(isinstance(each, str) for each in inner):
        return ", ".join(f"`{each}`" for each in inner)
    return _kind(inner[0])


def _of_class(hint: type) -> str:
    if issubclass(hint, BaseModel):
        return "groups"
    return (
        ", ".join(f"`{one.lower()}`" for one in hint.__members__)
        if issubclass(hint, Enum)
        else "path"
    )


def _default(value: object) -> str:
    if value in (None, (), {}, PydanticUndefined):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{show_duration(value) if isinstance(value, timedelta) else value}`"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
