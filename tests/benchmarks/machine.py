"""What the measurements were taken on."""

import importlib.util
import os
import platform
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from jobsys import Settings
from jobsys.config.effective import DEFAULT, effective
from tests.benchmarks.app import settings
from tests.benchmarks.contenders import ENGINES
from tests.benchmarks.places import RedisPlace
from tests.benchmarks.stage import Stage

CPUINFO = Path("/proc/cpuinfo")


def described(stage: Stage) -> dict[str, str]:
    """Returns what the machine is, and which versions are measured."""
    redis = stage.place("redis")
    return {
        "cores": str(os.cpu_count()),
        "CPU": _processor(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
        "Redis": redis.version if isinstance(redis, RedisPlace) else "",
        "SQLite": sqlite3.sqlite_version,
        "uvloop": "yes" if importlib.util.find_spec("uvloop") else "no",
        "load before": f"{os.getloadavg()[0]:.2f}",
    }


def configuration() -> dict[str, str]:
    """Returns the settings of jobsys that are not at their defaults, and the engines' options."""
    ours = settings("redis://…", 200)
    default = {one.name: one.value for one in effective(Settings())}
    said = [
        f"{one.name}={one.value}"
        for one in effective(ours)
        if one.place != DEFAULT and one.value != default[one.name]
    ]
    engines = {name: ", ".join(_options(engine.options)) for name, engine in ENGINES.items()}
    return {"jobsys, everything else at its default": ", ".join(said), **engines}


def _options(options: Mapping[str, str]) -> list[str]:
    return [f"{kind}: {said}" for kind, said in options.items()]


def _processor() -> str:
    if not CPUINFO.exists():
        return platform.processor() or platform.machine()
    lines = CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
