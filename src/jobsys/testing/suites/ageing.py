"""How a queue's policy gives a share to jobs that have waited for too long."""

from jobsys.domain.move import Move
from jobsys.domain.priority import JobPriority
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.domain.status import JobEvent
from jobsys.testing.backend import QueuePoliciesUnderTest
from jobsys.testing.jobs import SECOND, id_of, job
from jobsys.testing.lane import Lane
from jobsys.testing.suites.queue_policies import put


class AgeingSuite:
    """One test for each sentence."""

    async def test_while_some_job_has_waited_too_long_one_claim_in_four_is_of_such_a_job(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await put(backend, QueuePolicy(age_after=SECOND))
        await _submit(backend, JobPriority.LOW, 4)
        await backend.advance(SECOND)
        await _submit(backend, JobPriority.HIGH, 12)
        lane = Lane(backend.queue)
        one_by_one = [(await lane.claim_keys(1))[0][:3] for _ in range(8)]
        assert one_by_one == ["hig"] * 3 + ["low"] + ["hig"] * 3 + ["low"]
        together = await lane.claim_keys(8)
        assert sorted(key[:3] for key in together) == ["hig"] * 6 + ["low"] * 2

    async def test_of_several_levels_the_job_that_has_waited_the_longest_is_claimed(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await put(backend, QueuePolicy(age_after=SECOND))
        await _submit(backend, JobPriority.NORMAL, 1)
        await backend.advance(SECOND)
        await _submit(backend, JobPriority.LOW, 1)
        await backend.advance(SECOND)
        await _submit(backend, JobPriority.CRITICAL, 4)
        claimed = await Lane(backend.queue).claim_keys(4)
        assert sorted(claimed) == ["critical0", "critical1", "critical2", "normal0"]

    async def test_who_has_not_waited_too_long_waits_behind_more_urgent_ones(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await put(backend, QueuePolicy(age_after=2 * SECOND))
        await _submit(backend, JobPriority.LOW, 2)
        await backend.advance(SECOND)
        await _submit(backend, JobPriority.HIGH, 8)
        assert await Lane(backend.queue).claim_keys(8) == [f"high{n}" for n in range(8)]

    async def test_a_void_entry_at_the_head_of_a_list_has_not_waited(
        self, backend: QueuePoliciesUnderTest
    ) -> None:
        await put(backend, QueuePolicy(age_after=2 * SECOND))
        await _submit(backend, JobPriority.LOW, 1)
        await backend.advance(SECOND)
        await backend.queue.enqueue([job("young", priority=JobPriority.LOW)])
        await backend.queue.move([Move(id_of("low0"), JobEvent.CANCEL)])
        await backend.advance(SECOND)
        await _submit(backend, JobPriority.HIGH, 4)
        assert await Lane(backend.queue).claim_keys(4) == [f"high{n}" for n in range(4)]


async def _submit(backend: QueuePoliciesUnderTest, level: JobPriority, number: int) -> None:
    named = [job(f"{level.label}{n}", priority=level) for n in range(number)]
    await backend.queue.enqueue(named)
