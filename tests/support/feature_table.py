"""Writes docs/features.md: what holds on which backend, by the tests that show it.

python -m tests.support.feature_table
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.support.features import FEATURES

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "features.md"
BACKENDS: Final = {"memory": "memory", "sqlite": "SQLite", "redis": "Redis"}
HEAD: Final = """# What holds on which backend

Each cell names a test that shows it there. The table is written by `python -m tests.support.feature_table`, from the tests that there are.
"""


def collected() -> Sequence[str]:
    """Returns the names of all tests in the folders that the features name."""
    collect = ("-m", "pytest", "--collect-only", "-q", "--no-cov", "-p", "no:randomly", "-n0")
    folders = ("tests/contract", "tests/integration")
    told = subprocess.run(
        [sys.executable, *collect, *folders], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [line for line in told.stdout.splitlines() if "::" in line]


def page(tests: Sequence[str]) -> str:
    """Returns the page as the tests have it.

    Raises:
        LookupError: a cell would be empty: there is no such test for a backend.
    """
    columns = " | ".join(["feature", *BACKENDS.values()])
    parts = [HEAD]
    for section, features in FEATURES.items():
        rows = [f"| {feature} | {_cells(test, tests)} |" for feature, test in features.items()]
        head = [f"## {section}", "", f"| {columns} |", f"|{'---|' * (len(BACKENDS) + 1)}"]
        parts.append("\n".join([*head, *rows]) + "\n")
    return "\n".join(parts)


def _cells(test: str, tests: Sequence[str]) -> str:
    return " | ".join(f"`{_cell(test, backend, tests)}`" for backend in BACKENDS)


def _cell(test: str, backend: str, tests: Sequence[str]) -> str:
    place, _, name = test.partition("::")
    if place.endswith(".py"):
        wanted = rf"{re.escape(test)}\[[^]]*\b{backend}\b"
    else:
        wanted = rf".*::Test{backend.title()}{place}::{name}(?:\[|$)"
    found = next((one for one in tests if re.match(wanted, one)), None)
    if found is None:
        raise LookupError(f"{test}: there is none for {backend}")
    file, _, rest = found.partition("::")
    return rest.partition("[")[0] if place not in file else f"{Path(file).stem}::{rest}"


if __name__ == "__main__":
    PAGE.write_text(page(collected()))
