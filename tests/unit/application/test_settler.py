"""Ends of attempts on their way to the queue."""

from jobsys.adapters.asyncio.worker_pool import AsyncioWorkerPool
from jobsys.application.reporter import Reporter
from jobsys.application.settler import Settler
from jobsys.domain.status import JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.errors import QueueDamaged
from jobsys.ports.metric_families import PROCESSED
from jobsys.ports.turn import Refusal, Turn
from tests.support.bench import Bench, Greet


def settler_of(bench: Bench) -> Settler:
    reporter = Reporter(bench.metrics, bench.clock, bench.announcer.announce)
    return Settler(AsyncioWorkerPool(bench.executor.begin, 1), reporter)


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
    assert settler.answered([end], Turn(refused={0: Refusal.LOST})) == [end]
    assert bench.metrics.snapshot().number(PROCESSED, "greet", "completed") == 0


async def test_what_was_applied_is_announced_once_and_nothing_else(bench: Bench) -> None:
    told: list[Transition] = []
    reporter = Reporter(bench.metrics, bench.clock, told.extend)
    settler = Settler(AsyncioWorkerPool(bench.executor.begin, 1), reporter)
    ends = [
        (await bench.leased(Greet(), queue=queue)).released()
        for queue in ("default", "default", "default", "broken")
    ]
    applied, _, cancelling, failed = ends
    refused = {1: Refusal.LOST, 2: Refusal.CANCELLING}
    settler.answered(ends, Turn(refused=refused, failures={"broken": QueueDamaged()}))
    assert told == [applied]
    again = settler.take()
    settler.answered(again, Turn())
    assert [t.record.id for t in told] == [applied.record.id, cancelling.record.id]
    settler.resume()
    settler.answered(settler.take(), Turn())
    assert told[2:] == [failed]


async def test_an_end_that_met_a_cancel_is_settled_again_as_what_it_means_then(
    bench: Bench,
) -> None:
    settler, end = settler_of(bench), (await bench.leased(Greet())).released()
    assert settler.answered([end], Turn(refused={0: Refusal.CANCELLING})) == []
    [again] = settler.take()
    assert again.target is JobStatus.CANCELLED


async def test_an_end_whose_queue_failed_waits_until_it_is_resumed(bench: Bench) -> None:
    settler, end = settler_of(bench), (await bench.leased(Greet())).succeeded(None)
    assert settler.answered([end], Turn(failures={"default": QueueDamaged()})) == []
    assert settler.pending
    assert settler.take() == []
    settler.resume()
    assert settler.take() == [end]


async def test_an_end_that_met_a_cancel_is_settled_again_beside_a_lost_one_of_the_same_job(
    bench: Bench,
) -> None:
    settler, lease = settler_of(bench), await bench.leased(Greet())
    held, stale = lease.succeeded(None), lease.released()
    refused = {0: Refusal.CANCELLING, 1: Refusal.LOST}
    assert settler.answered([held, stale], Turn(refused=refused)) == [stale]
    [again] = settler.take()
    assert again.target is JobStatus.COMPLETED
