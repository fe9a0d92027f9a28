"""Whether a Redis server and the keys in it are such that this release can work with them."""

from typing import Final

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from jobsys.domain.errors import ConfigurationError
from jobsys.ports.errors import QueueDamaged

LAYOUT: Final = 1
"""Which keys there are, and what lies in them; raised by a release that reads them otherwise."""
OLDEST_REDIS: Final = (7, 0)


async def check_version(client: "Redis", address: str) -> None:
    """Lets a server pass that is new enough, or that does not tell this user how new it is.

    Raises:
        ConfigurationError: it is too old.
    """
    try:
        told = str((await client.info("server")).get("redis_version", ""))
    except (NoPermissionError, ResponseError):
        return
    version = tuple(int(part) for part in told.split(".")[:2] if part.isdecimal())
    if version and version < OLDEST_REDIS:
        raise ConfigurationError(
            f"Redis at {address} is {told}; jobsys needs 7.0 or newer: upgrade it, or name another"
        )


def check_layout(answer: bytes, key: str, address: str) -> None:
    """Lets keys pass that have the layout of this release.

    Raises:
        ConfigurationError: a newer release has written them.
        QueueDamaged: nobody can tell who has.
    """
    found = answer.decode("utf-8", "replace")
    if not found.isdecimal():
        raise QueueDamaged(f"Redis at {address}: {key} holds {found[:20]!r}, which is no layout")
    if int(found) > LAYOUT:
        raise ConfigurationError(
            f"the keys in Redis at {address} have layout {found} ({key}), this jobsys knows {LAYOUT}:"
            " upgrade jobsys, or give it a database or a namespace of its own"
        )
