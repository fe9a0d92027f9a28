"""What dies, stands still or comes back as a ghost: each job has one outcome, and soon another run."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobsys import JobPriority, JobStatus
from tests.chaos.signals import end_workers
from tests.support import crew_app
from tests.support.crew import SOON, Crew
from tests.support.crew_app import Block, Die, Fork, Grip, Rest
from tests.support.workshop import until

SEED = 20_300_101


BOTH = pytest.mark.parametrize("crew", ["sqlite", "redis"], indirect=True)
SQLITE = pytest.mark.parametrize("crew", ["sqlite"], indirect=True)


@pytest.fixture
async def crew(
    request: pytest.FixtureRequest, tmp_path: Path, clean_redis_url: str
) -> AsyncIterator[Crew]:
    """Worker processes on a backend."""
    sqlite = f"sqlite:///{tmp_path / 'jobs.db'}?synchronous=NORMAL"
    crew = Crew(sqlite if request.param == "sqlite" else clean_redis_url, tmp_path)
    yield crew
    await crew.close()


@BOTH
async def test_jobs_of_a_killed_process_run_again_long_before_their_leases_run_out_the_most_urgent_first(
    crew: Crew,
) -> None:
    levels = [JobPriority.LOW, JobPriority.NORMAL, JobPriority.HIGH, JobPriority.CRITICAL]
    first = crew.begin(lease_for="60s")
    ids = [await crew.jobs.submit(Rest(seconds=0.7), priority=level) for level in levels]
    for job in ids:
        await crew.begun(job)
    crew.begin(lease_for="60s", concurrency="1")
    first.kill()
    for job in ids:
        await crew.outcome(job)
    again = [entry.job for entry in crew.noted("begin")[len(ids) :]]
    assert again == list(reversed(ids))
    assert set(crew.runs().values()) == {2}


@BOTH
async def test_a_process_that_stood_still_finds_its_end_refused_and_changes_nothing(
    crew: Crew,
) -> None:
    frozen = crew.begin()
    job = await crew.jobs.submit(Rest(seconds=2))
    await crew.begun(job)
    crew.begin()
    os.kill(frozen.pid, signal.SIGSTOP)
    second = await crew.begun(job, 2)
    record = await crew.outcome(job)
    os.kill(frozen.pid, signal.SIGCONT)
    await until(lambda: "comes too late and is refused" in crew.said())
    assert await crew.jobs.get(job) == record
    assert (record.standing.token, record.standing.crashes) == (second.token, 1)
    assert crew.runs()[job] == 2


@BOTH
async def test_a_job_runs_once_though_it_lasts_five_leases_or_blocks_the_event_loop_which_is_told(
    crew: Crew,
) -> None:
    crew.begin(lease_for="500ms")
    crew.begin(lease_for="500ms")
    ids = [await crew.jobs.submit(job) for job in (Rest(seconds=2.5), Block(seconds=2.5))]
    await until(lambda: "the event loop has been blocked" in crew.said(), SOON)
    assert (await crew.jobs.get(ids[1])).status is JobStatus.PROCESSING
    for job in ids:
        assert (await crew.outcome(job)).status is JobStatus.COMPLETED
    assert crew.runs() == dict.fromkeys(ids, 1)
    assert crew.said().count(f", at {crew_app.__file__}:") == 1


@BOTH
async def test_a_job_that_holds_the_interpreter_for_five_leases_is_run_elsewhere_and_ends_once(
    crew: Crew,
) -> None:
    for _ in range(2):
        crew.begin(lease_for="500ms")
    await until(lambda: crew.said().count(" serves ") == 2, SOON)
    job = await crew.jobs.submit(Grip(seconds=2.5))
    record = await crew.outcome(job)
    await until(lambda: len(crew.noted("end", job)) == crew.runs()[job])
    late = crew.runs()[job] - (record.status is JobStatus.COMPLETED)
    await until(lambda: crew.said().count("comes too late and is refused") == late)
    assert (await crew.jobs.get(job), late in {1, 3}) == (record, True)  # three: it is poison


@BOTH
async def test_jobs_on_a_host_that_slept_for_three_leases_are_not_run_again(crew: Crew) -> None:
    busy = crew.begin(lease_for="2s")
    job = await crew.jobs.submit(Rest(seconds=10))
    await crew.begun(job)
    idle = crew.begin(lease_for="2s")
    await until(lambda: crew.said().count("serves default") == 2)
    await asyncio.sleep(1)  # somebody has looked for expired leases by now
    for process in (busy, idle):
        os.kill(process.pid, signal.SIGSTOP)
    await asyncio.sleep(6)
    os.kill(idle.pid, signal.SIGCONT)
    await asyncio.sleep(0.7)  # it looks before the other can renew
    os.kill(busy.pid, signal.SIGCONT)
    assert (await crew.outcome(job)).status is JobStatus.COMPLETED
    assert crew.runs()[job] == 1


@SQLITE
async def test_a_job_that_kills_its_process_three_times_is_poison_and_the_others_spend_nothing(
    crew: Crew,
) -> None:
    poison = await crew.jobs.submit(Die())
    good = await crew.jobs.submit_many([Rest(seconds=0.05)] * 50)
    crew.begin("--processes", "2", concurrency="4")
    assert (await crew.outcome(poison)).status is JobStatus.FAILED
    records = [await crew.outcome(job) for job in good]
    assert crew.runs()[poison] == 3
    assert {(r.status, r.attempts) for r in records} == {(JobStatus.COMPLETED, 0)}
    crew.processes[0].terminate()
    crew.processes[0].wait()


@BOTH
async def test_a_handler_that_forks_leaves_the_connections_of_its_worker_alone(crew: Crew) -> None:
    worker = crew.begin(lease_for="10s")
    ids = await crew.jobs.submit_many([Fork()] * 100)
    for job in ids:
        assert (await crew.outcome(job)).status is JobStatus.COMPLETED
    assert set(crew.runs().values()) == {1}
    worker.terminate()
    assert worker.wait() == 0
    assert "ERROR" not in crew.said()


async def test_workers_that_are_ended_at_any_moment_lose_nothing_and_spend_no_attempt(
    tmp_path: Path,
) -> None:
    figures = await end_workers(f"sqlite:///{tmp_path / 'jobs.db'}", 4, SEED, tmp_path)
    print(figures)
    assert figures.sound
