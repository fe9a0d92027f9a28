"""What a Redis server is worth as a place for jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from jobsys.domain.value import value
from jobsys.ports.durability import Severity, Weakness

KEEPS_ALL: Final = "noeviction"
_ASKED: Final = ("maxmemory-policy", "maxmemory", "appendonly", "appendfsync")

_YES: Final = {"yes", "1"}


@value
class ServerFacts:
    """How a server keeps what it is given; None: it does not tell this user."""

    policy: str | None
    is_bounded: bool | None
    appends: bool | None
    fsync: str | None


async def facts_of(client: "Redis") -> ServerFacts:
    """Returns the facts: its configuration, else as much as INFO tells of it."""
    try:
        told: Mapping[str | None, str | None] = await client.config_get(*_ASKED)
    except (NoPermissionError, ResponseError):  # not this user's, or under another name
        told = {}
    if not told:
        return await _from_info(client)
    return _facts(
        told.get("maxmemory-policy"),
        told.get("maxmemory"),
        told.get("appendonly"),
        told.get("appendfsync"),
    )


async def run_of(client: "Redis") -> str:
    """Returns what changes when the server is started anew, or takes over from another one."""
    try:
        told: Mapping[str, object] = await client.info("server", "replication")
    except NoPermissionError:
        told = {}  # then nobody can tell a new run from an old one
    return f"{told.get('run_id')} {told.get('master_replid')}"


def weaknesses_of(facts: ServerFacts, address: str) -> Sequence[Weakness]:
    """Returns what the facts mean for accepted jobs, the worst first."""
    server, tool = f"Redis at {address}", _tool(address)
    found = [weakness for check in _CHECKS if (weakness := check(facts, server))]
    return [replace(one, mend=f"{tool} {one.mend}") if one.mend else one for one in found]


def _tool(address: str) -> str:
    """Returns the command that speaks to a server.

    >>> _tool("unix:///run/redis.sock?db=0"), _tool("redis://host:6379/0")
    ('redis-cli -s /run/redis.sock', 'redis-cli -u redis://host:6379/0')
    """
    url = address.partition("?")[0]
    socket = url.removeprefix("unix://")
    return f"redis-cli -u {url}" if socket == url else f"redis-cli -s {socket}"


def _evicts(facts: ServerFacts, server: str) -> Weakness | None:
    if facts.policy in (KEEPS_ALL, None):
        return None
    return Weakness(
        "REDIS_EVICTS",
        Severity.WARNING if facts.is_bounded is False else Severity.CRITICAL,
        f"{server} throws jobs away when it has used up its maxmemory (maxmemory-policy"
        f" {facts.policy}): set maxmemory-policy noeviction",
        "CONFIG SET maxmemory-policy noeviction",
    )


def _appends_nothing(facts: ServerFacts, server: str) -> Weakness | None:
    if facts.appends is not False:
        return None
    return Weakness(
        "REDIS_NO_AOF",
        Severity.CRITICAL,
        f"{server} loses every job since its last snapshot when it dies: set appendonly yes",
        "CONFIG SET appendonly yes",
    )


def _syncs_nothing(facts: ServerFacts, server: str) -> Weakness | None:
    if not facts.appends or facts.fsync != "no":
        return None
    return Weakness(
        "REDIS_NO_FSYNC",
        Severity.WARNING,
        f"{server} leaves it to the system when jobs reach the disk; a loss of power may lose"
        " half a minute: set appendfsync everysec, or always",
        "CONFIG SET appendfsync everysec",
    )


def _tells_too_little(facts: ServerFacts, server: str) -> Weakness | None:
    is_fsync_unknown = facts.appends and facts.fsync is None
    if None not in (facts.policy, facts.appends) and not is_fsync_unknown:
        return None
    return Weakness(
        "REDIS_UNKNOWN",
        Severity.WARNING,
        f"{server} does not tell this user all of how it keeps jobs: allow it +config|get, or"
        " see to it yourself",
    )


_CHECKS: Final = (_evicts, _appends_nothing, _syncs_nothing, _tells_too_little)


async def _from_info(client: "Redis") -> ServerFacts:
    try:
        told: Mapping[str, object] = await client.info("memory", "persistence")
    except (NoPermissionError, ResponseError):
        told = {}
    return _facts(
        told.get("maxmemory_policy"), told.get("maxmemory"), told.get("aof_enabled"), None
    )


def _facts(policy: object, maxmemory: object, appends: object, fsync: object) -> ServerFacts:
    """Returns what CONFIG GET or INFO has told; what it left out is unknown."""
    return ServerFacts(
        policy=None if policy is None else str(policy),
        is_bounded=None if maxmemory is None else str(maxmemory) != "0",
        appends=None if appends is None else str(appends) in _YES,
        fsync=None if fsync is None else str(fsync),
    )
