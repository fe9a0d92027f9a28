"""The one way in which jobsys connects to Redis."""

import re
from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from jobsys.domain.errors import ConfigurationError

SOCKET_TIMEOUT: Final = 5.0
MOST_CONNECTIONS: Final = 50
"""More callers than this wait for one another, at most for the time of a socket."""
_USER_PASSWORD: Final = re.compile(r"(://[^/@:]*:).*@")
_ASKED_PASSWORD: Final = re.compile(r"([?&]password=)[^&]*")


def connect(url: str, *, socket_timeout: float = SOCKET_TIMEOUT) -> "Redis":
    """Returns a client that connects at its first call and never repeats a command by itself.

    A command repeated behind our back would be a claim made twice; what may be repeated is
    repeated by us, with its ticket.

    Raises:
        ConfigurationError: the URL cannot be read.
    """
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=MOST_CONNECTIONS,
            timeout=SOCKET_TIMEOUT,
            protocol=3,
            legacy_responses=False,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=socket_timeout,
            socket_connect_timeout=SOCKET_TIMEOUT,
        )
        return Redis.from_pool(pool)
    except ValueError:
        raise ConfigurationError(
            f"the backend URL {masked(url)} cannot be read: write redis://[user:password@]host:port/db"
        ) from None


def masked(url: str) -> str:
    """Returns a URL without its password.

    >>> masked("redis://bob:secret@localhost:6379/0")
    'redis://bob:***@localhost:6379/0'
    """
    url = _USER_PASSWORD.sub(r"\1***@", url)
    return _ASKED_PASSWORD.sub(r"\1***", url)
