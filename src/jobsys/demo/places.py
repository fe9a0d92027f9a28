"""Where a demo's jobs are kept, so that nobody else's are touched."""

import secrets
from collections.abc import AsyncIterator
from typing import Final, Protocol

from jobsys import ConfigurationError, Settings
from jobsys.adapters.redis.client import connect, masked
from jobsys.adapters.redis.errors import translated
from jobsys.adapters.sqlite.backend import located
from jobsys.demo.work_folder import WorkFolder

REDIS: Final = ("redis", "rediss", "unix")
NEVER_SO_MANY: Final = 10**12
BATCH: Final = 500


def settings_for(work: WorkFolder, backend: str | None) -> Settings:
    """Returns the settings of a demo: with no backend given, a SQLite file in its own folder.

    Raises:
        ConfigurationError: processes cannot share this backend, or it is somebody else's already.

    """
    if backend is not None and backend.startswith("memory:"):
        raise ConfigurationError(
            "the demo's workers are processes of their own, and cannot share a memory:// backend:"
            " leave --backend out, or name sqlite:/// or redis://"
        )
    if backend is not None and backend.startswith("sqlite:") and located(backend)[0].exists():
        raise ConfigurationError(
            f"{located(backend)[0]} exists already: the demo wants a new file, to keep others as"
            " they are"
        )
    return Settings(
        backend=backend or work.sqlite_url,
        namespace=f"demo-{secrets.token_hex(6)}",
        keep_last=NEVER_SO_MANY,
        files=(work.source, work.root),
        worker={"enabled": False},
        metrics={"enabled": True},
    )


class _Scanning(Protocol):
    """As much of a Redis client as is needed here, with its types."""

    def scan_iter(self, match: str, count: int) -> AsyncIterator[bytes]: ...


async def clear(settings: Settings) -> None:
    """Removes the demo's keys from a Redis; a file is left to its folder."""
    if settings.backend.partition(":")[0] not in REDIS:
        return
    client = connect(settings.backend)
    with translated(masked(settings.backend)):
        keys = await _found(client, f"{settings.namespace}:*")
        for start in range(0, len(keys), BATCH):
            await client.unlink(*keys[start : start + BATCH])
        await client.aclose()


async def _found(client: _Scanning, pattern: str) -> list[bytes]:
    return [key async for key in client.scan_iter(pattern, BATCH)]


def how_to_look(settings: Settings, work: WorkFolder) -> str:
    """Returns where everything lies that a demo has left."""
    command = (
        f"JOBSYS_NAMESPACE={settings.namespace} jobsys --backend {masked(settings.backend)} list"
    )
    return f"kept: {work.root}; its jobs: {command}"
