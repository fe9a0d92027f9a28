"""What the page about the terminal shows is typed as it stands."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.support.documents import ROOT

PAGE: Final = (ROOT / "docs" / "terminal.md").read_text()
APP: Final = """
from jobsys import BaseJob, JobContext, JobsysContainer

class Greet(BaseJob):
    name: str

container = JobsysContainer()

@container.handles(Greet)
async def greet(job: Greet, context: JobContext) -> str:
    return f"Hello {job.name}"
"""


def test_the_first_look_around_is_typed_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    [block] = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    lines = block.splitlines()
    assert lines[0] == "export JOBSYS_APP=app:container"
    program = f"{shlex.quote(sys.executable)} -m jobsys "
    typed = [line.replace("jobsys ", program, 1) for line in lines[1:]]
    done = subprocess.run(
        ["sh", "-ec", "\n".join([lines[0], *typed])],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("default:hello\n")
    assert "no_worker: no live worker serves queue default" in done.stdout
    assert done.stdout.endswith("all is well\n")
