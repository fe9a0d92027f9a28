"""How child processes find the handlers of a container that another process has composed."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Final, TypedDict, cast

from jobsys.application.handlers import HandlerRegistry, Registered
from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import ConfigurationError

OPENER: Final = "jobsys.container.children:open_work"
"""What makes a child's work of an address."""


class Address(TypedDict):
    """A container by its name, or without one each handler by its own, as module:name."""

    container: str | None
    handlers: list[tuple[str, str, bool]]
    starts: list[str]


class Whereabouts:
    """Knows the name of the container, once somebody has told it."""

    def __init__(self) -> None:
        self.container: str | None = None

    def address(self, handlers: HandlerRegistry) -> Address:
        """Returns what a child needs to have the same handlers.

        Raises:
            ConfigurationError: the container has no name, and one of them has none either.
        """
        if self.container is not None:
            return Address(container=self.container, handlers=[], starts=[])
        return Address(
            container=None,
            handlers=[_named(kind, given) for kind, given in handlers.isolated().items()],
            starts=[name_of(start) for start in handlers.process_starts],
        )


def name_of(thing: Callable[..., object]) -> str:
    """Returns where another process finds a function or class, as module:name.

    >>> name_of(Whereabouts)
    'jobsys.container.whereabouts:Whereabouts'

    Raises:
        ConfigurationError: it is not to be found by a name.
    """
    name = getattr(thing, "__qualname__", "")
    module = sys.modules.get(getattr(thing, "__module__", ""))
    place = _place(module)
    if module is None or place is None or _found(module, name) is not thing:
        raise ConfigurationError(
            f'{thing!r:.80} cannot be found by child processes, and isolation = "process" needs'
            " that: make it a function or class at the top of a module that is imported, or give the"
            ' container a name there and say it: container.found_at("module:container")'
        )
    return f"{place}:{name}"


def found(name: str) -> object:
    """Returns what `name_of` has named."""
    module, _, path = name.partition(":")
    __import__(module)
    return _found(sys.modules[module], path)


def _named(kind: type[BaseJob], given: Registered) -> tuple[str, str, bool]:
    return name_of(kind), name_of(given.thing), given.is_provider


def _place(module: ModuleType | None) -> str | None:
    """Returns by which name another process imports a module; none where it was run as a script."""
    if module is None:
        return None
    if module.__name__ != "__main__":
        return module.__name__
    return module.__spec__.name if module.__spec__ else None


def _found(module: ModuleType, path: str) -> object:
    thing: object = module
    for name in path.split("."):
        thing = cast("object", getattr(thing, name, None))
    return thing
