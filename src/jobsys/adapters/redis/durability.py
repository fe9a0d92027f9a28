"""What a Redis server is worth as a place for jobs."""

from collections.abc import Mapping, Sequence
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from jobsys.domain.value import value
from jobsys.ports.durability import Severity, Weakness

KEEPS_ALL: Final = "noeviction"
_ASKED: Final = ("maxmemory-policy", "appendonly", "appendfsync")


@value
class ServerFacts:
    """How a server keeps what it is given; None: it does not tell this user."""

    policy: str | None
    appends: bool | None
    fsync: str | None


async def facts_of(client: "Redis") -> ServerFacts:
    """Returns the facts: its configuration, else as much as INFO tells of it."""
    try:
        told = await client.config_get(*_ASKED)
    except (NoPermissionError, ResponseError):  # not this user's, or under another name
        return await _from_info(client)
    return ServerFacts(
        told.get("maxmemory-policy"), told.get("appendonly") == "yes", told.get("appendfsync")
    )


def weaknesses_of(facts: ServerFacts, address: str) -> Sequence[Weakness]:
    """Returns what the facts mean for accepted jobs, the worst first."""
    server = f"Redis at {address}"
    found: list[Weakness] = []
    if facts.policy not in (KEEPS_ALL, None):
        found.append(
            Weakness(
                "REDIS_EVICTS",
                Severity.CRITICAL,
                f"{server} throws jobs away when its memory is full (maxmemory-policy"
                f" {facts.policy}): set maxmemory-policy noeviction",
            )
        )
    if facts.appends is False:
        found.append(
            Weakness(
                "REDIS_NO_AOF",
                Severity.CRITICAL,
                f"{server} loses every job since its last snapshot when it dies: set appendonly yes",
            )
        )
    if facts.appends and facts.fsync == "no":
        found.append(
            Weakness(
                "REDIS_NO_FSYNC",
                Severity.WARNING,
                f"{server} leaves it to the system when jobs reach the disk; a loss of power may lose"
                " half a minute: set appendfsync everysec, or always",
            )
        )
    if None in (facts.policy, facts.appends):
        found.append(
            Weakness(
                "REDIS_UNKNOWN",
                Severity.WARNING,
                f"{server} does not tell this user how it keeps jobs: allow it +info",
            )
        )
    return found


async def _from_info(client: "Redis") -> ServerFacts:
    try:
        told: Mapping[str, object] = await client.info("memory", "persistence")
    except (NoPermissionError, ResponseError):
        return ServerFacts(None, None, None)
    policy, appends = told.get("maxmemory_policy"), told.get("aof_enabled")
    return ServerFacts(
        None if policy is None else str(policy), None if appends is None else bool(appends), None
    )
