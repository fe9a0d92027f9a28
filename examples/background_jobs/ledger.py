"""One line for each attempt: the shop's own record of what was done, beside the metrics."""

import json
import os
from pathlib import Path

from jobsys import BaseJob, CallNext, JobContext


class Ledger:
    """A middleware, so no handler has to think of it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __call__(self, job: BaseJob, context: JobContext, call_next: CallNext) -> object:
        try:
            result = await call_next(job)
        except Exception:
            last = context.attempt == context.max_attempts
            self._write(job, "failed" if last else "retrying")
            raise
        self._write(job, "completed")
        return result

    def _write(self, job: BaseJob, outcome: str) -> None:
        line = {"type": job.job_type, "outcome": outcome, "process": os.getpid()}
        with self._path.open("a") as file:  # one short append: lines of two processes never mix
            file.write(json.dumps(line) + "\n")
