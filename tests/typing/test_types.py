"""Type checkers accept what is right and reject what is wrong, each at its line."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Checker = Callable[[Path], set[int]]

CASES = Path(__file__).with_name("cases")
TOOLS = Path(sys.executable).parent


def mypy(file: Path) -> set[int]:
    """Returns the lines of a file to which mypy objects."""
    arguments = ["--strict", "--no-error-summary", "--hide-error-context", "--output=json"]
    cache = f"--cache-dir={file.parent / 'mypy'}"
    done = subprocess.run(
        [TOOLS / "mypy", *arguments, cache, "--python-executable", sys.executable, file],
        capture_output=True,
        text=True,
        cwd=file.parent,
        check=False,
    )
    assert not done.stderr, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {one["line"] for one in found if one["severity"] == "error"}


def pyright(file: Path) -> set[int]:
    """Returns the lines of a file to which pyright objects."""
    config = {"include": [file.name], "typeCheckingMode": "strict"}
    (file.parent / "pyrightconfig.json").write_text(json.dumps(config))
    done = subprocess.run(
        [TOOLS / "pyright", "--outputjson", "--pythonpath", sys.executable],
        capture_output=True,
        text=True,
        cwd=file.parent,
        check=False,
    )
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {one["range"]["start"]["line"] + 1 for one in found if one["severity"] == "error"}


@pytest.mark.parametrize("checker", [mypy, pyright], ids=lambda checker: checker.__name__)
class TestTypes:
    def test_what_a_user_writes_is_accepted(self, checker: Checker, tmp_path: Path) -> None:
        file = Path(shutil.copy(CASES / "good.py", tmp_path / "good.py"))
        assert checker(file) == set()

    def test_what_a_user_gets_wrong_is_rejected_at_its_line_and_nothing_else(
        self, checker: Checker, tmp_path: Path
    ) -> None:
        file = Path(shutil.copy(CASES / "wrong.py.txt", tmp_path / "wrong.py"))
        lines = enumerate(file.read_text().splitlines(), start=1)
        assert checker(file) == {number for number, line in lines if line.endswith("  # wrong")}
