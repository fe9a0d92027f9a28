"""A program in a process of its own, which kills itself."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
LATE = 120.0
"""Seconds: it has to start first, on a machine that is busy."""


def run_until_it_dies(program: str, folder: Path, *arguments: str) -> int:
    """Returns its exit code; negative: by which signal it died."""
    script = folder / "mortal.py"
    script.write_text(dedent(program))
    path = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    command = [sys.executable, str(script), *arguments]
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(command, env=environment, timeout=LATE, check=False).returncode
