"""What the environment says: our own variables, and the names that other systems have used."""

import logging
import os
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsError

from jobsys.config.documents import REDIS
from jobsys.config.fields import Setting, by_path, suggestion
from jobsys.config.layers import Found, KeyPath, Layer, flat, matching
from jobsys.domain.errors import ConfigurationError

log = logging.getLogger("jobsys.config")

PREFIX: Final = "JOBSYS_"
DELIMITER: Final = "__"
NO_SETTINGS: Final = ("JOBSYS_APP", "JOBSYS_TEST_")
"""Variables of the same family that others read: the command line, the tests."""

OTHER_NAMES: Final[Mapping[str, KeyPath]] = {
    "REDIS_HOST": (REDIS, "host"),
    "REDIS_PORT": (REDIS, "port"),
    "REDIS_PASSWORD": (REDIS, "password"),
    "REDIS_BG_DB": (REDIS, "db"),
    "LOG_LEVEL": ("log", "level"),
    "NODE_ENV": ("env",),
    "PROMETHEUS_MULTIPROC_DIR": ("metrics", "shared_folder"),
}

SWITCH: Final = "ENABLE_BACKGROUND_JOBS"


def own_variables(model: type[BaseSettings]) -> Layer:
    """Returns what the `JOBSYS_` variables say; one that is no setting is told of and left out.

    Raises:
        ConfigurationError: a list or a group is no JSON.

    """
    try:
        values = EnvSettingsSource(model)()
    except SettingsError as error:
        raise ConfigurationError(
            f"settings: {error}; lists and groups in the environment are JSON,"
            " such as JOBSYS_WORKER__QUEUES='[\"emails\"]'"
        ) from error
    strange = _strange(by_path(model))
    for name in strange.values():
        log.warning("%s is no setting and has no effect; %s", name, _meant(name, model))
    found = flat(values, _variable_of)
    return {path: one for path, one in found.items() if path not in strange}


def _strange(known: Mapping[KeyPath, Setting]) -> Mapping[KeyPath, str]:
    return {
        path: name
        for path, name in _variables()
        if matching(known, path) is None and not any(_is_group(path, pattern) for pattern in known)
    }


def _is_group(path: KeyPath, pattern: KeyPath) -> bool:
    """Says whether a setting stands below a path, where `*` is any name."""
    return len(path) < len(pattern) and all(
        step in ("*", name) for name, step in zip(path, pattern, strict=False)
    )


def _variables() -> Iterator[tuple[KeyPath, str]]:
    for name, value in sorted(os.environ.items()):
        if value and name.upper().startswith(PREFIX) and not name.upper().startswith(NO_SETTINGS):
            yield tuple(name[len(PREFIX) :].lower().split(DELIMITER)), name


def _variable_of(path: KeyPath) -> str:
    """Returns the variable that gave a value: its own, or that of a group around it."""
    names = dict(_variables())
    return next(names[path[:n]] for n in range(len(path), 0, -1) if path[:n] in names)


def _meant(name: str, model: type[BaseSettings]) -> str:
    # Without the prefix, which would make all of them alike.
    known = [variable_for(path).removeprefix(PREFIX) for path in by_path(model)]
    return suggestion(name[len(PREFIX) :].upper(), known, PREFIX)


def variable_for(path: KeyPath) -> str:
    """Returns the name of the variable that sets a value.

    >>> variable_for(("worker", "concurrency"))
    'JOBSYS_WORKER__CONCURRENCY'
    """
    return PREFIX + DELIMITER.join(path).upper()


def other_names() -> Layer:
    """Returns what the variables of other systems say; an empty one says nothing."""
    given = {name: os.environ.get(name, "").strip() for name in OTHER_NAMES}
    return {OTHER_NAMES[name]: Found(value, name) for name, value in given.items() if value}


def switch() -> Layer:
    """Returns whether a worker runs, as far as `ENABLE_BACKGROUND_JOBS` says it."""
    given = os.environ.get(SWITCH, "").strip()
    return {("worker", "enabled"): Found(given, SWITCH)} if given else {}
