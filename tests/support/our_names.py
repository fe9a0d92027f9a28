"""Whether what a document calls ours exists: names in Python, settings, metrics, keys, commands."""

import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Final, get_args

import typer

import jobsys
from jobsys import JobContext, JobRecord, JobsysContainer, Settings
from jobsys.adapters.cli.commands import cli
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.config.fields import settings_of
from jobsys.domain.priority import ALL_LEVELS
from jobsys.ports.metric_families import FAMILIES

HEADING: Final = re.compile(r"\|[^|]+\| ours \|")
CODE: Final = re.compile(r"`([^`]+)`")
KEYWORD: Final = re.compile(r"(?P<called>[\w.]+)\((?P<keyword>\w+)=…\)")


def our_cells(page: str) -> Iterator[str]:
    """Yields the second cell of each row of each table that has a column `ours` there."""
    is_ours = False
    for line in page.splitlines():
        is_ours = line.startswith("|") and (is_ours or HEADING.match(line) is not None)
        if is_ours and not line.startswith("|---") and not HEADING.match(line):
            yield line.split(" | ")[1]


class OurNames:
    """Knows what there is, by every way in which a document may name it."""

    def __init__(self) -> None:
        container = JobsysContainer(Settings(backend="memory://"))
        self._roots: dict[str, object] = {
            "container": container,
            "jobs": container.job_service(),
            "lifecycle": container.lifecycle(),
            "context": JobContext,
            "record": JobRecord,
        }
        self._names = {
            *(setting.name.replace("*", "NAME") for setting in settings_of(Settings)),
            *(f"jobsys_{family.name}" for family in FAMILIES),
            *_keys(KeyLayout()),
            *_command_lines(),
        }

    def has(self, name: str) -> bool:
        """Says whether there is something of this name."""
        asked = KEYWORD.fullmatch(name)
        if asked is not None:
            return asked["keyword"] in _keywords(self._found(asked["called"]))
        return name in self._names or self._found(name) is not None

    def _found(self, name: str) -> object:
        first, *rest = name.split(".")
        if first == "jobsys":
            module, rest = _module(rest)
            return _inside(module, rest)
        root = self._roots.get(first) or getattr(jobsys, first, None)
        return _inside(root, rest)


def _module(names: list[str]) -> tuple[object, list[str]]:
    """Returns the deepest module that the names lead to, and the names that are left."""
    for length in range(len(names), 0, -1):
        try:
            return import_module(".".join(["jobsys", *names[:length]])), names[length:]
        except ModuleNotFoundError:
            continue
    return jobsys, names


def _inside(found: object, names: list[str]) -> object:
    for name in names:
        found = getattr(found, name, None)
    return found


def _keywords(found: object) -> set[str]:
    if not callable(found):
        return set()
    taken: Callable[..., object] = found
    keywords: set[str] = set()
    for name, parameter in inspect.signature(taken).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            [options] = get_args(parameter.annotation)
            keywords |= inspect.get_annotations(options).keys()
        else:
            keywords.add(name)
    return keywords


def _keys(layout: KeyLayout) -> Iterator[str]:
    yield from layout.of_schedules("{queue}")
    yield from (layout.ready("{queue}", level) for level in ALL_LEVELS)
    yield layout.ready("{queue}", ALL_LEVELS[0]).replace(ALL_LEVELS[0].label, "{priority}")


def _command_lines() -> Iterator[str]:
    command = typer.main.get_command(cli)
    yield from (f"jobsys {verb}" for verb in getattr(command, "commands", ()))
