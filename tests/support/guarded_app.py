"""An application whose handler writes what a newer attempt may have written: it compares tokens."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from jobsys import BaseJob, JobContext, JobsysContainer
from jobsys.testing.faults.ledger import Ledger


class Render(BaseJob):
    """Renders a page."""

    page: int


def container() -> JobsysContainer:
    """Makes a worker's container; the environment names the ledger, beside which the pages are."""
    ledger = Ledger(Path(os.environ["GUARDED_LEDGER"]))
    made = JobsysContainer()

    @made.handles(Render)
    def render(job: Render, context: JobContext) -> None:  # in a thread, which nobody can stop
        ledger.note("begin", context.job_id, context.fencing_token)
        while not ledger.path.with_name("go").exists():
            time.sleep(0.01)
        with closing(sqlite3.connect(ledger.path.with_name("pages.db"))) as pages, pages:
            changed = pages.execute(
                "UPDATE pages SET writer = ?, token = ? WHERE page = ? AND token < ?",
                (os.getpid(), context.fencing_token, job.page, context.fencing_token),
            ).rowcount
        ledger.note(f"changed {changed}", context.job_id, context.fencing_token)

    return made
