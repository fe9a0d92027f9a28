"""Collecting the evidence, once every worker process has ended."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from jobsys import BackgroundJobService, JobRecord, JobStatus
from jobsys.demo.evidence import Check, Evidence, Process, Seen
from jobsys.demo.files import FileTasks
from jobsys.demo.jobs import ScenarioJob
from jobsys.demo.ledger import LedgerReader
from jobsys.demo.outputs import OutputChecks
from jobsys.demo.stage import Stage
from jobsys.demo.workers import WorkerProcess

PAGE: Final = 200
WORKER_LOST: Final = "WORKER_LOST"


async def collected(
    stage: Stage, tasks: FileTasks, troubles: Sequence[str], tell: Callable[[int, int], None]
) -> Evidence:
    """Returns what the store, the ledger, the outputs and the processes say."""
    stored: dict[str, Seen] = {}
    checks: dict[str, Check] = {}
    outputs = OutputChecks(stage.work)
    try:
        async for records in _pages(stage.jobs):
            stored |= {record.id: _seen(record) for record in records}
            checks |= await _checked(outputs, tasks, records)
            tell(len(checks), len(tasks.by_id))
    finally:
        outputs.give_up()
    counts = (await stage.jobs.counts()).get(ScenarioJob.queue)
    return Evidence(
        stage.submitted,
        stored,
        LedgerReader(stage.work.ledger).new_entries(),
        checks,
        [_told(member) for member in stage.crew.members],
        counts.ever[JobStatus.FAILED] if counts else 0,
        stage.not_before,
        troubles,
    )


async def _pages(jobs: BackgroundJobService) -> AsyncIterator[Sequence[JobRecord]]:
    after: str | None = None
    while True:
        page = await jobs.find(limit=PAGE, after=after)
        yield page.records
        if (after := page.next) is None:
            return


async def _checked(
    outputs: OutputChecks, tasks: FileTasks, records: Sequence[JobRecord]
) -> dict[str, Check]:
    ours = [record for record in records if record.id in tasks.by_id]
    found = await asyncio.gather(
        *(asyncio.to_thread(outputs.check, tasks.by_id[record.id], record) for record in ours)
    )
    return {record.id: check for record, check in zip(ours, found, strict=True)}


def _seen(record: JobRecord) -> Seen:
    was_lost = any(error.code == WORKER_LOST for error in record.errors)
    return Seen(record.status, record.attempts, was_lost)


def _told(member: WorkerProcess) -> Process:
    signal = member.asked_by.name if member.asked_by else ""
    return Process(member.pid, signal, member.asked_at, member.exit_code)
