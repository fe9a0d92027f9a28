"""A plain asyncio program that brings its own worker: no server, no second process, one file.

What was accepted outlives the program: what one run has left, the next one finishes.

python -m examples.embedding.program FILE...
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from jobsys import BaseJob, JobContext, JobsysContainer, Settings


class CountLines(BaseJob):
    path: str


def count_lines(job: CountLines, context: JobContext) -> int:
    with Path(job.path).open("rb") as file:  # in a thread: it may block
        return sum(1 for _ in file)


async def main(paths: Sequence[Path]) -> None:
    container = JobsysContainer(Settings(backend="sqlite:///lines.db", worker={"concurrency": 4}))
    container.handles(CountLines)(count_lines)
    async with container.lifecycle():  # the worker runs beside everything else in this loop
        jobs = container.job_service()
        job_ids = await jobs.submit_many([CountLines(path=str(path)) for path in paths])
        for path, job_id in zip(paths, job_ids, strict=True):
            record = await jobs.wait(job_id)
            print(f"{path.name}: {record.result} lines, {record.status}")


if __name__ == "__main__":
    asyncio.run(main([Path(name) for name in sys.argv[1:]]))
