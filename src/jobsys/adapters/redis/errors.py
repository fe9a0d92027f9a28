"""What redis-py raises, in the words of the ports."""

import asyncio
from types import TracebackType
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

REFUSALS: Final = (AuthenticationError, AuthorizationError, NoPermissionError)
"""What says that the user may not do this, or is not who it says."""
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


class translated:  # noqa: N801 (stands in a `with` as contextlib.suppress does)
    """Turns every error of redis-py into one of the ports' that names the address.

    A cancel that redis-py swallows, as it does when its answer comes at the same moment, is raised
    here: a time limit of the caller's is told by a cancel, and only once. Stands around every
    call: written as a generator it would cost a twentieth of one.
    """

    __slots__ = ("_address", "_cancels", "_task")

    def __init__(self, address: str) -> None:
        self._address = address
        self._task = asyncio.current_task()
        self._cancels = self._task.cancelling() if self._task else 0

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, (RedisError, OSError)):
            raise _translation(error, self._address) from error
        if error is None and self._task and self._task.cancelling() > self._cancels:
            raise asyncio.CancelledError


def refuses_writes(error: ResponseError) -> bool:
    """Tells whether Redis refused because it lets everybody only read for now."""
    return isinstance(error, ReadOnlyError) or str(error).startswith(("MISCONF", "READONLY"))


def _translation(error: RedisError | OSError, address: str) -> AdapterError | ConfigurationError:
    # Through a socket of the host redis-py wraps the refusal.
    if isinstance(error, REFUSALS) or isinstance(error.__cause__, REFUSALS):
        return ConfigurationError(
            f"Redis at {address} refuses this user: {error}; check the URL's user and password"
        )
    if str(error).startswith(NO_DATABASE):
        return ConfigurationError(
            f"Redis at {address} has no database of this index: {error}; the number at the end"
            " of the URL counts from 0, mostly to 15"
        )
    return port_error(error, address)


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
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return (
            "; its certificate is not trusted here: name who vouches for it by ?ssl_ca_certs=FILE"
        )
    if text.startswith("MISCONF"):
        return "; its disk is full or fails: make room, it goes on by itself"
    return ""
