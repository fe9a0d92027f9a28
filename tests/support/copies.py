"""Copies of the package, to be broken and run."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLUGINS = ("-p", "pytest_asyncio.plugin", "-p", "xdist.plugin", "-p", "no:cacheprovider")
REPORT = ("-rfE", "--tb=no", "--show-capture=no", "--color=no")


def copied(folder: Path) -> Path:
    """Returns a copy of the package."""
    ignored = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(ROOT / "src" / "jobsys", folder / "src" / "jobsys", ignore=ignored)


def change(path: Path, old: str, new: str) -> None:
    """Makes a change, in a file that has the place once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} has changed: renew what is planted there"
    path.write_text(text.replace(old, new), encoding="utf-8")


@dataclass(frozen=True)
class Bug:
    """A change of one place in one file."""

    name: str
    file: str
    old: str
    new: str

    def plant(self, folder: Path) -> None:
        """Makes the change in a copy."""
        change(folder / self.file, self.old, self.new)


def failures(package: Path, *selection: str) -> list[str]:
    """Runs tests on a copy of the package; returns the names of those that failed."""
    result = run(package, "pytest", *selection, *REPORT, *PLUGINS)
    assert result.returncode in {0, 1}, result.stdout + result.stderr
    return failed_in(result.stdout)


def failed_in(told: str) -> list[str]:
    """Returns the names of the tests that failed, of what pytest told with `REPORT`."""
    lines = [line.split(" ") for line in told.splitlines()]
    return [words[1].rpartition("::")[2] for words in lines if words[0] in {"FAILED", "ERROR"}]


def run(package: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a module of this repository, which imports this copy of the package."""
    command = [sys.executable, "-m", module, *arguments]
    variables = {"PYTHONPATH": str(package.parent), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment = {**without_coverage(os.environ), **variables}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def without_coverage(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Returns the variables without those that make child processes measure themselves."""
    return {name: text for name, text in environment.items() if not name.startswith("COV")}
