"""Settings in the words of other job systems: their keys, translated into ours.

Two vocabularies are read as they stand: `jobs.…` with `queues.….priority_levels`, and `redis`, `job`
and `circuitBreaker`, whose times are milliseconds. `docs/configuration.md` shows both.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Final, TypeGuard

from jobsys.config.fields import suggestion
from jobsys.config.layers import Found, KeyPath, Layer, matching
from jobsys.domain.errors import ConfigurationError

Convert = Callable[[object], object]

REDIS: Final = "redis"
"""A group of parts that are no settings of ours: of a Redis URL."""


def _same(value: object) -> object:
    return value


def _attempts(retries: object) -> object:
    """Returns attempts in total: the first one is no retry."""
    return retries + 1 if _is_count(retries) else retries


def _milliseconds(count: object) -> object:
    return timedelta(milliseconds=count) if _is_count(count) else count


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15


_OURS: Final[Mapping[KeyPath, tuple[KeyPath, Convert]]] = {
    ("jobs", "enabled"): (("worker", "enabled"), _same),
    ("jobs", "redis", "addr"): ((REDIS, "addr"), _same),
    ("jobs", "redis", "password"): ((REDIS, "password"), _same),
    ("jobs", "redis", "db"): ((REDIS, "db"), _same),
    ("jobs", "worker_pool", "worker_count"): (("worker", "concurrency"), _same),
    ("jobs", "worker_pool", "max_retries"): (("retry", "max_attempts"), _attempts),
    ("jobs", "worker_pool", "retry_delay"): (("retry", "base"), _same),
    ("jobs", "scheduler", "enabled"): (("scheduler", "enabled"), _same),
    ("jobs", "scheduler", "cleanup_interval"): (("scheduler", "cleanup_interval"), _same),
    ("jobs", "metrics", "enabled"): (("metrics", "enabled"), _same),
    ("jobs", "metrics", "collection_interval"): (("metrics", "collection_interval"), _same),
    ("queues", "*", "priority_levels"): (("queues", "*", "levels"), _same),
    ("redis", "host"): ((REDIS, "host"), _same),
    ("redis", "port"): ((REDIS, "port"), _same),
    ("redis", "password"): ((REDIS, "password"), _same),
    ("redis", "db"): ((REDIS, "db"), _same),
    ("job", "defaultRetries"): (("retry", "max_attempts"), _attempts),
    ("job", "defaultTimeout"): (("timeout",), _milliseconds),
    ("job", "retryDelay"): (("retry", "base"), _milliseconds),
    ("job", "maxRetryDelay"): (("retry", "cap"), _milliseconds),
    ("circuitBreaker", "failureThreshold"): (("circuit", "failures"), _same),
    ("circuitBreaker", "recoveryTimeout"): (("circuit", "recover_after"), _milliseconds),
}

_HEADS: Final = {path[0] for path in _OURS} - {"queues"}


def translated(document: Layer) -> Layer:
    """Returns a document with every foreign key in our words; where it says both, ours holds.

    Raises:
        ConfigurationError: a key below a foreign group is not known there.

    """
    _check(document)
    foreign: Layer = {}
    ours: Layer = {}
    for path, found in document.items():
        step = matching(_OURS, path)
        if step is None:
            ours[path] = found
        else:
            target, convert = step
            foreign[_named(target, path)] = Found(convert(found.value), found.place)
    return {**foreign, **ours}


def _named(target: KeyPath, path: KeyPath) -> KeyPath:
    return tuple(path[1] if name == "*" else name for name in target)


def _check(document: Layer) -> None:
    strange = [
        f"{found.place} is not known; {suggestion('.'.join(path), _known(path[0]))}"
        for path, found in document.items()
        if path[0] in _HEADS and path not in _OURS
    ]
    if strange:
        raise ConfigurationError(f"settings: {'; '.join(strange)}")


def _known(head: str) -> Iterable[str]:
    return (".".join(path) for path in _OURS if path[0] == head)
