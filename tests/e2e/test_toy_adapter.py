"""The author of an adapter needs nothing but the wheel: the suites in it pass, or name what is broken."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.toy_bugs import BUGS, NamedBug
from tests.support.copies import REPORT, failed_in, without_coverage
from tests.support.documents import ROOT, python_files

ADAPTER = Path(__file__).parent / "toy_adapter"
PAGE = "docs/testing.md"
SUITES = "test_my_adapter.py"
PYTEST = (
    *("-m", "pytest", "-W", "error", "--assert=plain", "-o", "asyncio_mode=auto"),
    *("-o", "asyncio_default_fixture_loop_scope=function"),
)
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has the wheel, its extra `testing`, and nothing else."""
    folder = tmp_path_factory.mktemp("stranger")
    python = folder / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    subprocess.run([*PIP, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], check=True)
    [wheel] = folder.glob("jobsys-*.whl")
    chosen = ("install", "--no-compile", "-c", ROOT / "constraints.txt", f"{wheel}[testing]")
    subprocess.run([*PIP, "--python", python, *chosen], check=True)
    return python


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the toy adapter, and the suites as the page shows them."""
    shutil.copytree(ADAPTER, tmp_path / ADAPTER.name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / SUITES).write_text(python_files(PAGE)[SUITES])
    return tmp_path


def run(python: Path, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs the interpreter in a folder, with nothing that leads back to this checkout."""
    environment = {**without_coverage(os.environ)}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        [python, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def told_by_the_suites(python: Path, folder: Path, *selection: str) -> str:
    told = run(python, folder, *PYTEST, *REPORT, SUITES, *selection)
    assert told.returncode in {0, 1}, told.stdout + told.stderr
    return told.stdout


def test_the_suites_come_from_the_wheel_and_not_from_this_checkout(
    python: Path, tmp_path: Path
) -> None:
    told = run(python, tmp_path, "-c", "import jobsys.testing; print(jobsys.testing.__file__)")
    assert Path(told.stdout).is_relative_to(python.parents[1]), told.stderr


def test_the_suites_in_the_wheel_pass_on_an_adapter_that_knows_only_the_ports(
    python: Path, folder: Path
) -> None:
    told = told_by_the_suites(python, folder)
    assert failed_in(told) == []
    assert re.search(r"\b\d{3} passed in", told)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_suites_in_the_wheel_name_the_promise_that_is_broken(
    bug: NamedBug, python: Path, folder: Path
) -> None:
    bug.plant(folder / ADAPTER.name)
    told = told_by_the_suites(python, folder, "-k", " or ".join(bug.named))
    assert {name.partition("[")[0] for name in failed_in(told)} == {*bug.named}


def test_the_toy_is_short_and_borrows_nothing_from_our_adapters() -> None:
    texts = [path.read_text() for path in ADAPTER.glob("*.py")]
    assert sum(len(text.splitlines()) for text in texts) < 370
    assert [found for text in texts for found in re.findall(r"jobsys\.adapters", text)] == []


def test_the_page_counts_the_broken_promises() -> None:
    assert len(BUGS) == 11
    assert "each of eleven promises broken" in (ROOT / PAGE).read_text()
