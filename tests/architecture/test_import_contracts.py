"""Each import contract breaks when it is violated, in a copy of the tree; none is vacuous."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

# Rooms that the plants need. Those that the tree does not have yet are made in the copy.
ROOMS = (
    *("domain", "ports", "application", "adapters", "testing", "demo"),
    *("adapters/memory", "adapters/sqlite", "adapters/redis", "adapters/cli", "config"),
    "container",
)
MODULES = ("__init__", "__main__")


class Plant(NamedTuple):
    """A line put at the end of a file, and the contract that must break."""

    file: str
    line: str
    contract: str


INWARD = "Dependencies point inward"
UNCONFIGURED = "The application is configured, it does not read the configuration"
INDEPENDENT = "Adapters do not know one another"
DRIVING = "Only driving adapters import the application"
SHOWN = "Only the start of the command line imports the demo"
ACYCLIC = "Siblings do not import in circles"
PURE = "The domain has no input, output, clock, log or concurrency"
LIBRARIES = "Each library is known to its own adapter"

PLANTS = [
    Plant("domain/weed.py", "import jobsys.application", INWARD),
    Plant("domain/weed.py", "import jobsys.ports", INWARD),
    Plant("domain/weed.py", "import jobsys.config", INWARD),
    Plant("domain/weed.py", "def late() -> None:\n    import jobsys.ports", INWARD),
    Plant("ports/weed.py", "import jobsys.adapters.redis", INWARD),
    Plant("ports/weed.py", "import jobsys.config", INWARD),
    Plant("config/weed.py", "import jobsys.ports", INWARD),
    Plant("application/weed.py", "import jobsys.adapters.redis", INWARD),
    Plant("application/weed.py", "import jobsys.container", INWARD),
    Plant("adapters/redis/weed.py", "import jobsys.container", INWARD),
    Plant("container/weed.py", "import jobsys.testing", INWARD),
    Plant("container/weed.py", "import jobsys.blocking", INWARD),
    Plant("blocking/weed.py", "import jobsys.testing", INWARD),
    Plant("testing/weed.py", "import jobsys.__main__", INWARD),
    Plant("container/weed.py", "import jobsys.demo", INWARD),
    Plant("testing/weed.py", "import jobsys.demo", INWARD),
    Plant("demo/weed.py", "import jobsys.testing", INWARD),
    Plant("demo/weed.py", "import jobsys.__main__", INWARD),
    Plant("adapters/cli/weed.py", "import jobsys.demo", INWARD),
    Plant("adapters/cli/weed.py", "from jobsys.demo import run", SHOWN),
    Plant("__init__.py", "import jobsys.demo", SHOWN),
    Plant("weed.py", "import jobsys.domain", INWARD),
    Plant("application/weed.py", "import jobsys.config", UNCONFIGURED),
    Plant("adapters/redis/weed.py", "import jobsys.adapters.sqlite", INDEPENDENT),
    Plant("adapters/sqlite/weed.py", "from jobsys.adapters import memory", INDEPENDENT),
    Plant("adapters/cli/weed.py", "import jobsys.adapters.redis", INDEPENDENT),
    Plant("adapters/memory/weed.py", "import jobsys.application", DRIVING),
    Plant("adapters/redis/weed.py", "from jobsys.application import seed", DRIVING),
    Plant("adapters/weed.py", "import jobsys.application.seed", DRIVING),
    Plant("domain/seed.py", "import jobsys.domain.weed", ACYCLIC),
    Plant("adapters/redis/seed.py", "import jobsys.adapters.redis.weed", ACYCLIC),
    Plant("domain/weed.py", "import asyncio", PURE),
    Plant("domain/weed.py", "from time import monotonic", PURE),
    Plant("domain/weed.py", "from logging import getLogger", PURE),
    Plant("domain/weed.py", "import redis", LIBRARIES),
    Plant("domain/weed.py", "from sqlite3 import connect", LIBRARIES),
    Plant("domain/weed.py", "import pydantic_settings", LIBRARIES),
    Plant("ports/weed.py", "import redis.asyncio", LIBRARIES),
    Plant("ports/weed.py", "from PIL import Image", LIBRARIES),
    Plant("application/weed.py", "import dependency_injector.providers", LIBRARIES),
    Plant("application/weed.py", "import prometheus_client", LIBRARIES),
    Plant("application/weed.py", "import loguru", LIBRARIES),
    Plant("application/weed.py", "import apscheduler", LIBRARIES),
    Plant("adapters/cli/weed.py", "import yaml", LIBRARIES),
    Plant("config/weed.py", "import loguru", LIBRARIES),
    Plant("application/weed.py", "import fastapi", LIBRARIES),
    Plant("adapters/sqlite/weed.py", "import redis", LIBRARIES),
    Plant("adapters/redis/weed.py", "import typer", LIBRARIES),
    Plant("__main__.py", "import rich", LIBRARIES),
    Plant("config/weed.py", "import dependency_injector", LIBRARIES),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the tree in which every room exists."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    package = tmp_path / "src" / "jobsys"
    shutil.copytree(ROOT / "src" / "jobsys", package, ignore=shutil.ignore_patterns("__pycache__"))
    for room in ROOMS:
        (package / room).mkdir(parents=True, exist_ok=True)
        (package / room / "__init__.py").touch()
    for module in MODULES:
        (package / f"{module}.py").touch()
    return tmp_path


def plant(copy: Path, file: str, line: str) -> None:
    path = copy / "src" / "jobsys" / file
    with path.open("a", encoding="utf-8") as open_file:
        open_file.write(f"\n{line}\n")


def lint_imports(copy: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "COLUMNS": "200"}
    command = [str(LINT_IMPORTS), "--no-cache", "--no-logo"]
    return subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, check=False
    )


def test_the_tree_keeps_every_contract(copy: Path) -> None:
    result = lint_imports(copy)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("planted", PLANTS, ids=lambda p: f"{p.file}: {p.line.splitlines()[-1]}")
def test_a_planted_violation_breaks_its_contract(copy: Path, planted: Plant) -> None:
    plant(copy, "application/seed.py", "")
    plant(copy, "adapters/redis/weed.py", "import jobsys.adapters.redis.seed")
    plant(copy, "adapters/redis/seed.py", "")
    plant(copy, "domain/weed.py", "import jobsys.domain.seed")
    plant(copy, "domain/seed.py", "")
    plant(copy, planted.file, planted.line)
    result = lint_imports(copy)
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{planted.contract} BROKEN" in result.stdout
