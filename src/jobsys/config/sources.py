"""Where settings come from, and which place wins."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic_settings import BaseSettings

from jobsys.config.documents import translated
from jobsys.config.environment import other_names, own_variables, switch
from jobsys.config.fields import by_path
from jobsys.config.files import read_settings
from jobsys.config.layers import Found, Layer, flat, matching, merged
from jobsys.config.redis_place import with_backend
from jobsys.domain.errors import ConfigurationError

PRODUCTION: Final = "production"
CONFIG: Final = ("config",)


def gathered(model: type[BaseSettings], arguments: Mapping[str, object]) -> Layer:
    """Returns all that was said: arguments win over the environment, that over the file.

    Only `ENABLE_BACKGROUND_JOBS` stands below the file, and the environment's kind of defaults
    below that.

    Raises:
        ConfigurationError: the file or a variable cannot be read.

    """
    given = flat(arguments, lambda _: "argument")
    said = merged([own_variables(model), given])
    file = _file(model, said[CONFIG].value) if CONFIG in said else {}
    below = merged([switch(), with_backend(file, other_names()), said])
    return merged([_defaults(below), below])


def _file(model: type[BaseSettings], named: object) -> Layer:
    path = Path(str(named))
    document = flat(read_settings(path), lambda key: f"{path}: {'.'.join(key)}")
    if CONFIG in document:
        raise ConfigurationError(f"{path}: a settings file cannot name another: leave out config")
    groups = {known[:n]: True for known in by_path(model) for n in range(1, len(known))}
    return translated(
        {
            key: one
            for key, one in document.items()
            if one.value is not None or not matching(groups, key)
        }
    )


def _defaults(said: Layer) -> Layer:
    """Returns the defaults that depend on where this runs."""
    env = said.get(("env",))
    if env is None or str(env.value).lower() != PRODUCTION:
        return {}
    place = f"default in production ({env.place})"
    return {("worker", "enabled"): Found(True, place), ("log", "level"): Found("WARNING", place)}
