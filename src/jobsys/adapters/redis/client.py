"""The one way in which jobsys connects to Redis."""

import re
from typing import Final
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig

from jobsys.domain.errors import ConfigurationError

SOCKET_TIMEOUT: Final = 5.0
MOST_CONNECTIONS: Final = 50
"""More callers than this wait for one another, at most for the time of a socket."""
_USER_PASSWORD: Final = re.compile(r"(://[^/@:]*:).*@")
_UNKNOWN: Final = re.compile(r"unexpected keyword argument '(\w+)'")
_ASKED_PASSWORD: Final = re.compile(r"([?&]password=)[^&]*")


def connect(url: str, *, socket_timeout: float | None = SOCKET_TIMEOUT) -> "Redis":
    """Returns a client that connects at its first call and never repeats a command by itself.

    A command repeated behind our back would be a claim made twice; what may be repeated is
    repeated by us, with its ticket.

    Raises:
        ConfigurationError: the URL cannot be read.
    """
    try:
        _check_index(url)
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=MOST_CONNECTIONS,
            timeout=SOCKET_TIMEOUT,
            protocol=3,
            legacy_responses=False,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=socket_timeout,
            socket_connect_timeout=SOCKET_TIMEOUT,
            # With them redis-py does not look whether a connection at hand is still good.
            maint_notifications_config=MaintNotificationsConfig(enabled=False),
        )
        pool.connection_class(**pool.connection_kwargs)  # names what it does not know only here
        return Redis.from_pool(pool)
    except (ValueError, TypeError, RedisError) as error:
        raise ConfigurationError(
            f"the backend URL {masked(url)} cannot be read:"
            f" write redis://[user:password@]host:port/db{_unknown_in(error)}"
        ) from None


def _check_index(url: str) -> None:
    """Refuses a database that is no number: redis-py would take number 0 instead."""
    parts = urlsplit(url)
    index = parts.path.strip("/")
    if parts.scheme != "unix" and index and not index.isdecimal():
        raise ValueError(index)


def _unknown_in(error: Exception) -> str:
    unknown = _UNKNOWN.search(str(error))
    return f", without {unknown[1]!r}, which redis-py does not know" if unknown else ""


def masked(url: str) -> str:
    """Returns a URL without its password.

    >>> masked("redis://bob:secret@localhost:6379/0")
    'redis://bob:***@localhost:6379/0'
    """
    url = _USER_PASSWORD.sub(r"\1***@", url)
    return _ASKED_PASSWORD.sub(r"\1***", url)
