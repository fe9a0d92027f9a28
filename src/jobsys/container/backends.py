"""Which adapter serves a backend's URL."""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Final

from jobsys.adapters.memory.circuits import MemoryCircuits
from jobsys.adapters.memory.store import MemoryStore
from jobsys.config import Settings
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.backend import Backend, BackendOptions, OpenBackend
from jobsys.ports.circuits import Circuits
from jobsys.ports.clock import Clock

BACKENDS: Final[Mapping[str, str]] = {
    "memory": "jobsys.adapters.memory.backend:MemoryBackend",
    "sqlite": "jobsys.adapters.sqlite.backend:SqliteBackend",
    "redis": "jobsys.adapters.redis.backend:RedisBackend",
    "rediss": "jobsys.adapters.redis.backend:RedisBackend",
    "unix": "jobsys.adapters.redis.backend:RedisBackend",
}
"""Where the adapter of each URL scheme is; others come from the entry points `jobsys.adapters`."""


def circuits_of(backend: Backend, clock: Clock) -> Circuits:
    """Returns the circuits of a backend; where it has none, this process has its own."""
    return backend.ports.circuits or MemoryCircuits(MemoryStore(), clock)


def open_backend(settings: Settings, clock: Clock) -> Backend:
    """Returns the backend that the settings' URL names, not yet started.

    Raises:
        ConfigurationError: no adapter takes this scheme, it cannot be loaded, or it cannot read
            the URL.

    """
    scheme = settings.backend.partition("://")[0]
    offered = {entry.name: entry.value for entry in entry_points(group="jobsys.adapters")}
    adapters = {**offered, **BACKENDS}
    if scheme not in adapters or "://" not in settings.backend:
        raise ConfigurationError(
            f"no backend takes {scheme.partition(':')[0][:20]!r}: begin the URL with one of"
            f" {', '.join(f'{known}://' for known in sorted(adapters))}"
        )
    module, _, name = adapters[scheme].partition(":")
    try:
        opener: OpenBackend = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"the adapter for {scheme}:// cannot be loaded: {error}"
        ) from error
    sweeps = settings.archive.folder is None
    return opener(
        BackendOptions(settings.backend, clock, settings.namespace, settings.keep_last, sweeps)
    )
