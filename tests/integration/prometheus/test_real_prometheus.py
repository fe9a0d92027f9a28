"""What an operator has of metrics, with a real Prometheus over workers of which one is killed."""

import asyncio
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from pathlib import Path
from time import time
from typing import cast

import pytest

from jobsys import BackgroundJobService, JobPriority, JobStatus, JobsysContainer, Settings
from jobsys.ports.metric_families import OUTCOMES
from jobsys.testing.faults.ledger import Entry, Ledger
from tests.support.operators_files import ALERTS, alerts, judged, panels, trigger_of
from tests.support.processes import free_port
from tests.support.prometheus_server import PrometheusServer, Series
from tests.support.scraped_app import Doomed, Flaky, Pay, Quick, Report
from tests.support.scraped_workers import begin
from tests.support.workshop import until

SOON = timedelta(seconds=60)
ROUNDS, KILLED_AFTER, REPORTS = 40, 15, 350
SETTLED_WITHIN = 1.0
"""Seconds from the end of a handler until its worker has counted it, on a busy machine."""
QUEUES = ("--queue=default", "--queue=reports=2", "--queue=bank")
TOTALLED = ("default", "reports")
"""The queues of all types but `pay`, whose attempts may end either way."""
STATUSES = (JobStatus.COMPLETED, JobStatus.RETRYING, JobStatus.FAILED)


@dataclass
class Worker:
    """A worker process, and where it is scraped."""

    process: "subprocess.Popen[bytes]"
    instance: str


@dataclass
class Stage:
    """A Redis, a process that submits and two that work, each scraped every second."""

    jobs: BackgroundJobService
    workers: Sequence[Worker]
    ledger: Ledger
    prometheus: PrometheusServer
    begun_at: float

    def noted(self, worker: Worker, since: float = 0.0) -> list[Entry]:
        """What handlers of a worker have ended with, of late or ever."""
        pid = worker.process.pid
        return [one for one in self.ledger.entries() if one.pid == pid and one.at >= since]

    def scraped(self, expr: str, worker: Worker) -> Series | None:
        """What an expression has been of a worker since the beginning."""
        found = self.prometheus.over(expr, self.begun_at, time())
        return next((one for one in found if one.labels["instance"] == worker.instance), None)

    def processed(self, worker: Worker) -> Counter[str]:
        """The ends that were scraped of a worker last, by outcome."""
        expr = "sum by (instance) (jobsys_jobs_processed_total{type!='pay',status='%s'})"
        found = {OUTCOMES[one]: self.scraped(expr % OUTCOMES[one], worker) for one in STATUSES}
        return Counter({name: int(one.last) for name, one in found.items() if one})


@pytest.fixture
async def stage(tmp_path: Path, clean_redis_url: str) -> AsyncIterator[Stage]:
    """All of them, from before the first job on."""
    here, *ports = free_port(), free_port(), free_port()
    metrics = {"port": here, "collection_interval": "1s"}
    given = {"backend": clean_redis_url, "worker": {"enabled": False}, "metrics": metrics}
    submits = JobsysContainer(Settings.model_validate(given))
    targets = [("web", here), *(("jobsys", port) for port in ports)]
    with ExitStack() as ends:
        prometheus = ends.enter_context(PrometheusServer(tmp_path, targets, ALERTS))
        workers = [
            Worker(begin(tmp_path, clean_redis_url, port, *QUEUES), f"127.0.0.1:{port}")
            for port in ports
        ]
        for worker in workers:
            ends.callback(worker.process.wait)
            ends.callback(worker.process.kill)
        async with submits.lifecycle():
            ledger = Ledger(tmp_path / "ledger")
            yield Stage(submits.job_service(), workers, ledger, prometheus, time())
            ledger.close()


async def play(stage: Stage) -> Mapping[JobStatus, int]:
    """Has some minutes' mixture of jobs done in one, and kills a worker within it."""
    jobs, (_, victim) = stage.jobs, stage.workers
    await jobs.submit_many([Report()] * REPORTS)
    await jobs.submit_many([Pay()] * 6)
    levels = list(JobPriority)
    for number in range(ROUNDS):
        if number == KILLED_AFTER:
            await until(lambda: stage.processed(victim).total() > 20, SOON)
            victim.process.kill()
        await jobs.submit_many([Quick()] * 10, priority=levels[number % len(levels)])
        await jobs.submit_many([Flaky(), Flaky(), Doomed()])
        await jobs.wait(await jobs.submit(Quick(), delay="1s"), SOON)
    return {
        JobStatus.COMPLETED: REPORTS + ROUNDS * (10 + 2 + 1),
        JobStatus.FAILED: ROUNDS,
    }


@pytest.mark.prometheus
@pytest.mark.timeout(400)
async def test_a_worker_is_killed_and_every_expression_has_data_and_no_end_is_counted_twice(
    stage: Stage,
) -> None:
    expected = await play(stage)
    check_expressions(stage)
    await until_ended(stage, expected)
    await check_totals(stage)


def check_expressions(stage: Stage) -> None:
    """Lets pass what has data by now: panels as they are drawn, and alerts and queries as they are."""
    prometheus, now = stage.prometheus, time()
    rules = {name: judged(expr) for name, expr in alerts().items()}
    for name, expr in {**panels(), **rules}.items():
        found = prometheus.over(expr, stage.begun_at, now)
        values = [value for one in found for value in one.values.values() if isfinite(value)]
        assert values, f"{name} has no data: {expr}"
        ends = f"{min(values):.3g} to {max(values):.3g}"
        print(f"{name}: {len(found)} series, {len(values)} points, {ends}")
    check_rules(stage)
    [wanted] = prometheus.over(trigger_of("keda-prometheus.yaml")["query"], stage.begun_at, now)
    print(f"an autoscaler's query: {min(wanted.values.values())} to {max(wanted.values.values())}")
    assert max(wanted.values.values()) >= 1


def check_rules(stage: Stage) -> None:
    """Lets rules pass that Prometheus can evaluate, and that have seen who was killed."""
    groups = cast(
        "list[dict[str, list[dict[str, object]]]]", stage.prometheus.asked("rules")["groups"]
    )
    assert {rule["health"] for group in groups for rule in group["rules"]} == {"ok"}
    [alert] = stage.prometheus.now('ALERTS{alertname="JobsysProcessDown"}')
    assert alert.labels["instance"] == stage.workers[1].instance


async def until_ended(stage: Stage, expected: Mapping[JobStatus, int]) -> None:
    """Waits until every job has ended that can, and the worker that lives was scraped since."""
    async with asyncio.timeout(SOON.total_seconds() * 2):
        while await ever(stage, *expected) < words_of(expected):  # noqa: ASYNC110 (others end them)
            await asyncio.sleep(0.1)
    assert await ever(stage, *expected) == words_of(expected)
    lives = stage.workers[0]
    await until(lambda: stage.processed(lives) == noted(stage.noted(lives)), SOON)


def words_of(expected: Mapping[JobStatus, int]) -> Counter[str]:
    return Counter({OUTCOMES[status]: number for status, number in expected.items()})


async def ever(stage: Stage, *statuses: JobStatus) -> Counter[str]:
    """How many ends the store has applied."""
    counts = await stage.jobs.counts()
    ends = [counts[queue].ever for queue in TOTALLED]
    return Counter({OUTCOMES[one]: sum(end.get(one, 0) for end in ends) for one in statuses})


def noted(entries: Sequence[Entry]) -> Counter[str]:
    return Counter(entry.what for entry in entries)


async def check_totals(stage: Stage) -> None:
    """Lets totals pass that miss only what the killed worker did after its last scrape."""
    lives, killed = stage.workers
    truth = await ever(stage, *STATUSES)
    seen = stage.processed(lives) + stage.processed(killed)
    scrapes = stage.scraped("timestamp(jobsys_jobs_active_workers)", killed)
    assert scrapes is not None
    unseen = noted(stage.noted(killed, scrapes.last - SETTLED_WITHIN))
    missed = truth - seen
    print(f"truth {dict(truth)}, scraped {dict(seen)}, missed {dict(missed)} of {dict(unseen)}")
    assert stage.processed(lives) == noted(stage.noted(lives))
    assert seen <= truth
    assert missed <= unseen
