"""What `Removal` promises."""

from collections.abc import Sequence

from jobsys.application.commands import replay
from jobsys.domain.record import JobRecord
from jobsys.domain.retention import Retention
from jobsys.domain.status import Reason
from jobsys.testing.backend import RemovalUnderTest
from jobsys.testing.jobs import CRASH, QUEUE, SECOND, found, job, jobs, kept, keys_of, snapshot
from jobsys.testing.lane import Lane
from jobsys.testing.situations import cancel

SHORT = Retention(done=10 * SECOND, dead=20 * SECOND)


class RemovingSuite:
    """One test for each sentence."""

    async def test_a_tick_of_a_queue_that_keeps_all_removes_nothing_and_promotes_all_the_same(
        self, backend: RemovalUnderTest
    ) -> None:
        await _end_one_of_each(backend)
        await _end(backend, *(f"{n:02}" for n in range(backend.keep_last + 3)))
        await backend.queue.enqueue([job("due", due=SECOND)])
        await backend.advance(60 * SECOND)
        tick = await backend.queue.tick([QUEUE], 100)
        assert (tick.promoted, tick.removed) == (1, 0)
        assert len(await found(backend)) == backend.keep_last + 3 + 3 + 1

    async def test_over_are_jobs_whose_retention_is_over_and_no_others(
        self, backend: RemovalUnderTest
    ) -> None:
        await _end_one_of_each(backend)
        await backend.queue.enqueue([kept(job("open"), SHORT)])
        assert await over(backend) == []
        await backend.advance(10 * SECOND)
        assert sorted(await over(backend)) == ["done", "gone"]
        await backend.advance(10 * SECOND)
        assert sorted(await over(backend)) == ["dead", "done", "gone"]

    async def test_over_are_the_first_to_go_of_those_beyond_the_number_that_a_queue_keeps(
        self, backend: RemovalUnderTest
    ) -> None:
        keys = [f"{number:02}" for number in range(backend.keep_last + 3)]
        await _end(backend, *keys)
        assert await over(backend) == keys[:3]
        assert await over(backend, 2) == keys[:2]

    async def test_dead_letters_are_not_counted_among_the_ones_a_queue_keeps(
        self, backend: RemovalUnderTest
    ) -> None:
        await _end(backend, "done")
        await backend.queue.enqueue(jobs(*map(str, range(backend.keep_last + 2))))
        lane = Lane(backend.queue)
        ends = [one.failed(CRASH, None, Reason.EXHAUSTED) for one in await lane.claim()]
        await lane.settle(*ends)
        assert await over(backend) == []

    async def test_each_queue_has_a_limit_of_its_own_and_one_that_is_unknown_has_nothing(
        self, backend: RemovalUnderTest
    ) -> None:
        for queue in ("emails", "other"):
            brief = [kept(job(key, queue=queue), SHORT) for key in "abc"]
            await backend.queue.enqueue(brief)
            lane = Lane(backend.queue)
            await lane.settle(*(one.succeeded(None) for one in await lane.claim(queue=queue)))
        await backend.advance(60 * SECOND)
        ids = await backend.removal.over(["emails", "nobody", "other"], 2)
        assert [job_id.queue for job_id in ids] == ["emails", "emails", "other", "other"]

    async def test_what_is_removed_is_gone_and_totals_stay(self, backend: RemovalUnderTest) -> None:
        await _end_one_of_each(backend)
        before = (await backend.inspector.counts())[QUEUE]
        await backend.advance(60 * SECOND)
        assert await backend.removal.remove(await records(backend)) == 3
        after = (await backend.inspector.counts())[QUEUE]
        assert await found(backend) == []
        assert after.ever == before.ever
        assert not any(after.now.values())

    async def test_a_repeat_changes_nothing(self, backend: RemovalUnderTest) -> None:
        await _end_one_of_each(backend)
        await _end(backend, "other")
        await backend.advance(60 * SECOND)
        seen = await records(backend)
        await backend.removal.remove(seen)
        before = await snapshot(backend)
        assert await backend.removal.remove(seen) == 0
        assert await snapshot(backend) == before

    async def test_a_job_that_was_replayed_since_is_left_as_it_is(
        self, backend: RemovalUnderTest
    ) -> None:
        await _end_one_of_each(backend)
        await backend.advance(60 * SECOND)
        seen = await records(backend)
        await backend.queue.move([replay(record) for record in seen])
        assert await backend.removal.remove(seen) == 1  # the completed one
        assert sorted(keys_of(await found(backend))) == ["dead", "gone"]

    async def test_a_job_that_was_replayed_and_has_ended_again_is_left_as_it_is(
        self, backend: RemovalUnderTest
    ) -> None:
        await _end_one_of_each(backend)
        await backend.advance(60 * SECOND)
        seen = await records(backend)
        await backend.queue.move([replay(record) for record in seen])
        lane = Lane(backend.queue)
        again = {lease.record.id.key: lease for lease in await lane.claim()}
        dead, gone = again["dead"], again["gone"]
        await lane.settle(dead.failed(CRASH, None, Reason.EXHAUSTED), gone.succeeded(None))
        assert await backend.removal.remove(seen) == 1
        assert sorted(keys_of(await found(backend))) == ["dead", "gone"]

    async def test_a_job_that_has_not_ended_is_never_removed(
        self, backend: RemovalUnderTest
    ) -> None:
        await backend.queue.enqueue([job("ready"), job("later", due=SECOND), job("runs")])
        await Lane(backend.queue).claim(1)
        assert await backend.removal.remove(await found(backend)) == 0
        assert len(await found(backend)) == 3

    async def test_two_that_remove_the_same_jobs_remove_each_once(
        self, backend: RemovalUnderTest
    ) -> None:
        await _end_one_of_each(backend)
        seen = await found(backend)
        both = [await backend.removal.remove(seen[:2]), await backend.removal.remove(seen)]
        assert both == [2, 1]


async def over(backend: RemovalUnderTest, limit: int = 100) -> list[str]:
    """Returns the keys of what is over."""
    return [job_id.key for job_id in await backend.removal.over([QUEUE], limit)]


async def records(backend: RemovalUnderTest) -> Sequence[JobRecord]:
    """Returns what is over, as it stands."""
    ids = await backend.removal.over([QUEUE], 100)
    return list((await backend.inspector.get(ids)).values())


async def _end(backend: RemovalUnderTest, *keys: str) -> None:
    """Completes jobs, one after the other."""
    lane = Lane(backend.queue)
    for key in keys:
        await backend.queue.enqueue(jobs(key))
        await lane.settle((await lane.claim_one()).succeeded(None))
        await backend.advance(SECOND)


async def _end_one_of_each(backend: RemovalUnderTest) -> None:
    await backend.queue.enqueue([kept(job(key), SHORT) for key in ("done", "dead", "gone")])
    lane = Lane(backend.queue)
    done, dead, gone = await lane.claim()
    await lane.settle(done.succeeded(None), dead.failed(CRASH, None, Reason.EXHAUSTED))
    await cancel(backend, "gone")
    await lane.settle(gone.released().despite_cancel())
