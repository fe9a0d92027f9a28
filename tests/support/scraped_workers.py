"""Worker processes that are scraped."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.documents import ROOT
from tests.support.scraped_app import LEDGER

APP = "tests.support.scraped_app:container"


def begin(folder: Path, redis: str, port: int, *options: str) -> "subprocess.Popen[bytes]":
    """Starts `jobsys worker`, four jobs at once; its handlers note their ends in the ledger."""
    command = ["-m", "jobsys", "worker", APP, "--concurrency=4", f"--metrics-port={port}", *options]
    environment = {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        "JOBSYS_BACKEND": redis,
        "JOBSYS_METRICS__COLLECTION_INTERVAL": "1s",
        LEDGER: str(folder / "ledger"),
    }
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env={**os.environ, **environment})
