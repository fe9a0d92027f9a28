"""Collecting the evidence, once every worker process has ended."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from typing import Final

from jobsys import BackgroundJobService, JobRecord, JobStatus
from jobsys.demo.counting import read_metrics
from jobsys.demo.evidence import WORKER_LOST, Check, Evidence, Process, Seen
from jobsys.demo.files import FileTasks
from jobsys.demo.jobs import ScenarioJob
from jobsys.demo.ledger import LedgerReader
from jobsys.demo.outputs import OutputChecks
from jobsys.demo.stage import Stage
from jobsys.demo.workers import WorkerProcess
from jobsys.ports.job_metrics import JobMetrics

PAGE: Final = 200

Checking = Mapping[str, Callable[[JobRecord], Check]]


async def collected(
    stage: Stage,
    tasks: FileTasks,
    here: JobMetrics,
    troubles: Sequence[str],
    tell: Callable[[int, int], None],
) -> Evidence:
    """Returns what the store, the ledger, the outputs, the processes and their metrics say."""
    stored, checks = await _looked_through(stage, tasks, tell)
    counts = await stage.jobs.counts()
    members = stage.crew.members
    left = {member.pid: stage.work.metrics(member.pid) for member in members}
    return Evidence(
        stage.submitted,
        stored,
        LedgerReader(stage.work.ledger).new_entries(),
        checks,
        [_told(member) for member in members],
        counts[ScenarioJob.queue].ever[JobStatus.FAILED],
        stage.notes,
        read_metrics(here, left, counts.values()),
        troubles,
    )


async def _looked_through(
    stage: Stage, tasks: FileTasks, tell: Callable[[int, int], None]
) -> tuple[dict[str, Seen], dict[str, Check]]:
    """Returns what the store says of each job, and what came of looking at the outputs."""
    stored: dict[str, Seen] = {}
    checks: dict[str, Check] = {}
    outputs = OutputChecks(stage.work)
    files = {job_id: partial(outputs.check, task) for job_id, task in tasks.by_id.items()}
    to_check: Checking = {**files, **stage.to_check}
    try:
        async for records in _pages(stage.jobs):
            stored |= {record.id: _seen(record) for record in records}
            checks |= await _checked(to_check, records)
            tell(len(checks), len(to_check))
    finally:
        outputs.give_up()
    return stored, checks


async def _pages(jobs: BackgroundJobService) -> AsyncIterator[Sequence[JobRecord]]:
    after: str | None = None
    while True:
        page = await jobs.find(limit=PAGE, after=after)
        yield page.records
        if (after := page.next) is None:
            return


async def _checked(to_check: Checking, records: Sequence[JobRecord]) -> dict[str, Check]:
    ours = [record for record in records if record.id in to_check]
    found = await asyncio.gather(
        *(asyncio.to_thread(to_check[record.id], record) for record in ours)
    )
    return {record.id: check for record, check in zip(ours, found, strict=True)}


def _seen(record: JobRecord) -> Seen:
    codes = [error.code for error in record.errors]
    lost_in = {error.attempt for error in record.errors if error.code == WORKER_LOST}
    return Seen(record.status, record.attempts, codes, lost_in)


def _told(member: WorkerProcess) -> Process:
    signal = member.asked_by.name if member.asked_by else ""
    return Process(member.pid, signal, member.asked_at, member.exit_code)
