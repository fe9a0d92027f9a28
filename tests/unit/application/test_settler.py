"""Ends of attempts on their way to the queue."""

from jobsys.adapters.asyncio.worker_pool import AsyncioWorkerPool
from jobsys.application.metering import Meter
from jobsys.application.settler import Settler
from jobsys.domain.status import JobStatus
from jobsys.ports.errors import QueueDamaged
from jobsys.ports.job_queue import Refusal, Turn
from jobsys.ports.metric_families import PROCESSED
from tests.support.bench import Bench, Greet


def settler_of(bench: Bench) -> Settler:
    return Settler(AsyncioWorkerPool(bench.executor.begin, 1), Meter(bench.metrics, bench.clock))


async def test_what_was_added_is_taken_once(bench: Bench) -> None:
    settler, end = settler_of(bench), (await bench.leased(Greet())).released()
    settler.add([end])
    assert settler.pending
    assert (settler.take(), settler.take()) == ([end], [])
    assert not settler.pending


async def test_an_applied_end_is_counted_and_done_with(bench: Bench) -> None:
    settler, end = settler_of(bench), (await bench.leased(Greet())).succeeded(None)
    assert settler.answered([end], Turn()) == [end]
    assert bench.metrics.snapshot().number(PROCESSED, "greet", "completed") == 1
    assert not settler.pending


async def test_an_end_whose_lease_was_lost_is_done_with_and_not_counted(bench: Bench) -> None:
    settler, end = settler_of(bench), (await bench.leased(Greet())).succeeded(None)
    assert settler.answered([end], Turn(refused={end.record.id: Refusal.LOST})) == [end]
    assert bench.metrics.snapshot().number(PROCESSED, "greet", "completed") == 0


async def test_an_end_that_met_a_cancel_is_settled_again_as_what_it_means_then(
    bench: Bench,
) -> None:
    settler, end = settler_of(bench), (await bench.leased(Greet())).released()
    assert settler.answered([end], Turn(refused={end.record.id: Refusal.CANCELLING})) == []
    [again] = settler.take()
    assert again.target is JobStatus.CANCELLED


async def test_an_end_whose_queue_failed_waits_until_it_is_resumed(bench: Bench) -> None:
    settler, end = settler_of(bench), (await bench.leased(Greet())).succeeded(None)
    assert settler.answered([end], Turn(failures={"default": QueueDamaged()})) == []
    assert settler.pending
    assert settler.take() == []
    settler.resume()
    assert settler.take() == [end]
