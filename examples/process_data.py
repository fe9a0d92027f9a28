"""A batch that tells how far it is, and goes on where it was after a failure.

python -m examples.process_data
"""

import asyncio
from datetime import timedelta

from jobsys import BaseJob, JobContext, JobHandler, JobsysContainer, RetryPolicy


class ImportRows(BaseJob):
    retry = RetryPolicy(max_attempts=3, base=timedelta(milliseconds=100))
    source: str
    rows: int


class Table:
    """Stands in for the database that the rows go to."""

    def __init__(self) -> None:
        self.rows: list[str] = []


class ImportRowsHandler(JobHandler[ImportRows]):
    def __init__(self, table: Table) -> None:
        self._table = table

    async def execute(self, job: ImportRows, context: JobContext) -> dict[str, int]:
        # What is done already is asked of the table, not remembered: an attempt may run in
        # another process than the one before it.
        first = len(self._table.rows)
        for row in range(first, job.rows):
            if row == 6 and context.attempt == 1:
                raise ConnectionError(f"{job.source} hung up before row {row}")
            self._table.rows.append(f"{job.source} {row}")
            await context.progress(100 * (row + 1) // job.rows, f"row {row + 1} of {job.rows}")
        return {"from": first, "to": job.rows}


async def main() -> None:
    container, table = JobsysContainer(), Table()
    container.handlers().register(ImportRows, lambda: ImportRowsHandler(table))
    async with container.lifecycle():
        jobs = container.job_service()
        record = await jobs.wait(await jobs.submit(ImportRows(source="sales", rows=10)), "30s")
    for error in record.errors:
        print(f"attempt {error.attempt}: {error.message}")
    print(f"then {record.status}: {record.result}; {len(table.rows)} rows in the table")


if __name__ == "__main__":
    asyncio.run(main())
