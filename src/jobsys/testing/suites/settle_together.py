"""What `JobQueue.turn` promises to jobs that are settled together."""

from dataclasses import replace

from jobsys.domain.envelope import Header
from jobsys.domain.retention import Retention
from jobsys.domain.status import Reason
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.endings import DELAY
from jobsys.testing.jobs import CRASH, QUEUE, id_of, job, jobs, look
from jobsys.testing.lane import Lane


class SettleTogetherSuite:
    """One test for each sentence."""

    async def test_jobs_that_end_alike_in_one_turn_have_each_its_own_delay(
        self, backend: BackendUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        lane = Lane(backend.queue)
        delays = [DELAY, 2 * DELAY, DELAY]
        leases = await lane.claim(len(delays))
        await lane.settle(
            *(x.failed(CRASH, y, Reason.EXHAUSTED) for x, y in zip(leases, delays, strict=True))
        )
        due = [(await look(backend, key)).standing.due_at for key in ("a", "b", "c")]
        assert due == [await backend.now() + delay for delay in delays]

    async def test_jobs_that_end_alike_in_one_turn_are_each_kept_as_long_as_they_say(
        self, backend: BackendUnderTest
    ) -> None:
        short = Retention(done=DELAY)
        headers = [Header(type="a"), Header(type="a", retention=short), Header(type="a")]
        submissions = [
            replace(job(key), header=header)
            for key, header in zip(("a", "b", "c"), headers, strict=True)
        ]
        await backend.queue.enqueue(submissions)
        lane = Lane(backend.queue)
        await lane.settle(*(lease.succeeded(None) for lease in await lane.claim(3)))
        await backend.advance(DELAY)
        await backend.queue.tick([QUEUE], 10)
        left = await backend.inspector.get([id_of(key) for key in ("a", "b", "c")])
        assert set(left) == {id_of("a"), id_of("c")}
