"""What redis-py raises, in the words of the ports."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    ClusterDownError,
    MasterDownError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)

from jobsys.domain.errors import ConfigurationError
from jobsys.ports.errors import AdapterError, QueueDamaged, QueueUnavailable

NO_DATABASE: Final = ("DB index is out of range", "invalid DB index")
"""How the answers begin to a database's index that the server does not have."""
PASSING: Final = (
    "BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "OOM", "READONLY",
    "TRYAGAIN", "UNBLOCKED", "UNKILLABLE",
)  # fmt: skip
"""How the answers begin that Redis gives for a while and then no more."""
PASSING_TYPES: Final = (
    ClusterDownError, MasterDownError, NoScriptError, OutOfMemoryError, ReadOnlyError,
    TryAgainError,
)  # fmt: skip
"""The same, where redis-py takes the beginning away."""


@contextmanager
def translated(address: str) -> Generator[None]:
    """Turns every error of redis-py into one of the ports' that names the address.

    A cancel that redis-py swallows, as it does when its answer comes at the same moment, is raised
    here: a time limit of the caller's is told by a cancel, and only once.
    """
    task = asyncio.current_task()
    cancels = task.cancelling() if task else 0
    try:
        yield
        if task is not None and task.cancelling() > cancels:
            raise asyncio.CancelledError
    except (AuthenticationError, AuthorizationError, NoPermissionError) as error:
        raise ConfigurationError(
            f"Redis at {address} refuses this user: {error}; check the URL's user and password"
        ) from error
    except (RedisError, OSError) as error:
        if str(error).startswith(NO_DATABASE):
            raise ConfigurationError(
                f"Redis at {address} has no database of this index: {error}; the number at the end"
                " of the URL counts from 0, mostly to 15"
            ) from error
        raise port_error(error, address) from error


def refuses_writes(error: ResponseError) -> bool:
    """Tells whether Redis refused because it lets everybody only read for now."""
    return isinstance(error, ReadOnlyError) or str(error).startswith(("MISCONF", "READONLY"))


def port_error(error: Exception, address: str) -> AdapterError:
    """Returns the ports' error for one that Redis answered or that kept it from answering."""
    text = str(error) or type(error).__name__
    passing = isinstance(error, PASSING_TYPES) or text.startswith(PASSING)
    if isinstance(error, ResponseError) and not passing:
        return QueueDamaged(
            f"Redis at {address} holds something that jobsys did not write, or lost something that"
            f" it wrote; nothing was changed: {text}"
        )
    return QueueUnavailable(f"Redis at {address} is not available: {text}{_mend(error, text)}")


def _mend(error: Exception, text: str) -> str:
    """Returns what mends it, where that is not plain from what Redis says."""
    if isinstance(error, OutOfMemoryError) or text.startswith("OOM"):
        return "; its memory is full: raise maxmemory, or let retention remove ended jobs"
    if text.startswith("MISCONF"):
        return "; its disk is full or fails: make room, it goes on by itself"
    return ""
