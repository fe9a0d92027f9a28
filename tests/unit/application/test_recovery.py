"""Jobs of workers that died are freed at once; those of silent ones when their leases run out."""

from datetime import timedelta

import pytest

from jobsys.application.recovery import Recovery, RecoveryOptions
from jobsys.application.reporter import Reporter
from jobsys.application.roll_call import RollCall
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.status import JobStatus
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.metric_families import LATENCY, PROCESSED, RETRIES
from jobsys.ports.turn import Claim, TurnTicket
from jobsys.testing.faults.faulty_queue import FaultyQueue
from tests.support.bench import LEASE_FOR, Bench, Greet
from tests.support.seen_deaths import SeenDeaths

QUEUES = ["default"]


def recovery_of(bench: Bench, roll_call: RollCall, queue: JobQueue | None = None) -> Recovery:
    reporter = Reporter(bench.metrics, bench.clock, lambda _: None)
    options = RecoveryOptions(LEASE_FOR, 3)
    return Recovery(queue or bench.queue, roll_call, bench.clock, options, reporter)


def here() -> str:
    """Names the worker in whose process these recoveries are."""
    return "here"


async def leased_by(bench: Bench, worker: str, turn: int = 1) -> Lease:
    await bench.service.submit(Greet())
    ticket = TurnTicket(f"{worker}.0", turn)
    [lease] = (await bench.queue.turn(ticket, [], [Claim("default", 1)], LEASE_FOR)).leases
    return lease


async def standing(bench: Bench, job_id: JobId) -> tuple[JobStatus, int]:
    record = await bench.service.get(job_id)
    return record.status, record.standing.crashes


async def test_the_job_of_a_worker_that_died_is_freed_at_once_with_a_crash(bench: Bench) -> None:
    lost, kept = await leased_by(bench, "w1"), await leased_by(bench, "w2")
    await recovery_of(bench, RollCall(SeenDeaths("w1"), LEASE_FOR, here)).free(QUEUES)
    assert await standing(bench, lost.record.id) == (JobStatus.QUEUED, 1)
    assert await standing(bench, kept.record.id) == (JobStatus.PROCESSING, 0)


async def test_a_worker_does_not_name_itself(bench: Bench) -> None:
    lease = await leased_by(bench, "here")
    await recovery_of(bench, RollCall(SeenDeaths("here"), LEASE_FOR, here)).free(QUEUES)
    assert await standing(bench, lease.record.id) == (JobStatus.PROCESSING, 0)


async def test_who_comes_back_and_dies_again_is_seen_again(bench: Bench) -> None:
    deaths = SeenDeaths("w1")
    recovery = recovery_of(bench, RollCall(deaths, LEASE_FOR, here))
    await recovery.free(QUEUES)
    deaths.dead.clear()
    await recovery.free(QUEUES)
    lease = await leased_by(bench, "w1")
    deaths.dead.append("w1")
    await recovery.free(QUEUES)
    assert await standing(bench, lease.record.id) == (JobStatus.QUEUED, 1)


async def test_leases_decide_while_nobody_can_see_who_died(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    deaths = SeenDeaths("w1")
    deaths.blind = True
    recovery = recovery_of(bench, RollCall(deaths, LEASE_FOR, here))
    lease = await leased_by(bench, "w1")
    await recovery.free(QUEUES)
    assert await standing(bench, lease.record.id) == (JobStatus.PROCESSING, 0)
    assert "cannot see which workers have died" in caplog.text
    for _ in range(2):
        bench.clock.advance(LEASE_FOR / 2)
        await recovery.free(QUEUES)
    assert await standing(bench, lease.record.id) == (JobStatus.QUEUED, 1)


async def test_nobody_is_blamed_for_what_ran_out_while_everybody_stood_still(bench: Bench) -> None:
    recovery = recovery_of(bench, RollCall(SeenDeaths(), LEASE_FOR, here))
    lease = await leased_by(bench, "w1")
    await recovery.free(QUEUES)
    bench.clock.advance(3 * LEASE_FOR)
    await recovery.free(QUEUES)
    assert await standing(bench, lease.record.id) == (JobStatus.PROCESSING, 0)


async def test_a_dead_worker_is_named_until_its_jobs_are_freed_and_forgotten_a_lease_later() -> (
    None
):
    deaths = SeenDeaths("w1")
    roll_call = RollCall(deaths, timedelta(0), here)
    assert await roll_call.missing() == ["w1"]
    assert await roll_call.missing() == ["w1"]
    roll_call.freed(["w1"])
    assert await roll_call.missing() == []
    assert deaths.dead == []


async def test_a_dead_worker_whose_jobs_are_freed_is_kept_in_mind_for_a_lease() -> None:
    deaths = SeenDeaths("w1")
    roll_call = RollCall(deaths, LEASE_FOR, here)
    roll_call.freed(["w1"])
    assert await roll_call.missing() == []
    assert deaths.dead == ["w1"]


async def test_a_poisoned_job_is_an_error_in_the_log_and_counts_as_failed(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    recovery = recovery_of(bench, RollCall(SeenDeaths(), LEASE_FOR, here))
    job_id = await bench.after_crashes(Greet(), crashes=1)
    for alone in (False, True):
        lease = await bench.claimed()
        if alone:
            await bench.alone(lease)
        for _ in range(3):
            await recovery.free(QUEUES)
            bench.clock.advance(LEASE_FOR / 2)
    assert await standing(bench, job_id) == (JobStatus.FAILED, 3)
    first, last = ((r.levelname, r.getMessage()) for r in caplog.records)
    assert first == ("WARNING", f"job {job_id} lost its worker and is freed")
    assert last[0] == "ERROR"
    assert last[1].startswith(f"Job {job_id} (greet) is poison, and a dead letter now: 3 processes")
    counted = bench.metrics.snapshot()
    assert counted.number(PROCESSED, "greet", "failed") == 1
    assert counted.number(RETRIES, "greet") == 0
    assert counted.distribution(LATENCY, "default").count == 1


async def test_a_job_that_could_not_be_freed_is_told_of_once_it_is(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    queue = FaultyQueue(bench.queue)
    queue.fail("turn", "before", "before")
    recovery = recovery_of(bench, RollCall(SeenDeaths("w1"), LEASE_FOR, here), queue)
    lease = await leased_by(bench, "w1")
    for _ in range(2):
        with pytest.raises(QueueUnavailable):
            await recovery.free(QUEUES)
    assert caplog.messages == []
    await recovery.free(QUEUES)
    assert caplog.messages == [f"job {lease.record.id} lost its worker and is freed"]
