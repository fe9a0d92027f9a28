"""The one way in which jobsys connects to Redis."""

from typing import Final
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from jobsys.domain.errors import ConfigurationError

SOCKET_TIMEOUT: Final = 5.0


def connect(url: str, *, socket_timeout: float = SOCKET_TIMEOUT) -> "Redis":
    """Returns a client that connects at its first call and never repeats a command by itself.

    A command repeated behind our back would be a claim made twice; what may be repeated is
    repeated by us, with its ticket.

    Raises:
        ConfigurationError: the URL cannot be read.
    """
    try:
        return Redis.from_url(
            url,
            protocol=3,
            legacy_responses=False,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=socket_timeout,
            socket_connect_timeout=SOCKET_TIMEOUT,
        )
    except ValueError as error:
        raise ConfigurationError(f"the backend URL {masked(url)} cannot be read: {error}") from None


def masked(url: str) -> str:
    """Returns a URL without its password.

    >>> masked("redis://bob:secret@localhost:6379/0")
    'redis://bob:***@localhost:6379/0'
    """
    parts = urlsplit(url)
    return url if parts.password is None else url.replace(f":{parts.password}@", ":***@", 1)
