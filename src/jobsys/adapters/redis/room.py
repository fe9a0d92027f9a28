"""How much of its memory a Redis server has used up."""

from collections.abc import Mapping

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from jobsys.ports.room import Room


async def room_of(client: "Redis", address: str) -> Room:
    """Returns the room below `maxmemory`; where there is no such bound, that of the host's memory."""
    try:
        told: Mapping[str, object] = await client.info("memory")
    except (NoPermissionError, ResponseError):
        return Room(f"the memory of Redis at {address}")
    used, most = _bytes(told, "used_memory"), _bytes(told, "maxmemory")
    bound = "maxmemory" if most else "the host's memory"
    total = most or _bytes(told, "total_system_memory") or None
    free = None if total is None else max(total - used, 0)
    return Room(f"{bound} of Redis at {address}", used, free, total)


def _bytes(told: Mapping[str, object], name: str) -> int:
    return int(str(told.get(name) or 0))
