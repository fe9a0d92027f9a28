"""What `StoreChecker` promises."""

from collections.abc import Collection, Sequence

import pytest

from jobsys.domain.move import Move
from jobsys.domain.queue_policy import DEFAULT_POLICY, QueuePolicy
from jobsys.domain.status import DELAYED, READY, JobEvent, JobStatus, Reason
from jobsys.ports.store_checker import Finding, FindingKind
from jobsys.testing.backend import StoreCheckerUnderTest
from jobsys.testing.jobs import QUEUE, blocked, id_of, job, jobs, look, snapshot
from jobsys.testing.lane import Lane
from jobsys.testing.schedules import schedule
from jobsys.testing.situations import bring_to
from jobsys.testing.virtual_clock import START

NO_ENVELOPE = b"\xff no envelope"
WAITING = sorted(READY | DELAYED)
JUDGED_BY_OTHERS = sorted(set(JobStatus) - READY - DELAYED)


async def findings(backend: StoreCheckerUnderTest, queues: Collection[str] = ()) -> list[Finding]:
    """Returns all that is found."""
    return [f async for step in backend.checker.check(queues) for f in step.findings]


async def damaged(
    backend: StoreCheckerUnderTest, raw: bytes | None = NO_ENVELOPE
) -> Sequence[Finding]:
    """Returns what is found once a job's envelope is overwritten, or was taken away."""
    await backend.queue.enqueue(jobs("job"))
    await backend.damage(id_of("job"), raw)
    return await findings(backend)


class DamageSuite:
    """One test for each sentence."""

    @pytest.mark.parametrize("status", list(JobStatus))
    async def test_a_job_that_jobsys_alone_has_touched_is_no_finding(
        self, backend: StoreCheckerUnderTest, status: JobStatus
    ) -> None:
        await bring_to(backend, status)
        assert await findings(backend) == []

    async def test_a_queue_with_jobs_and_schedules_that_jobsys_alone_wrote_has_no_findings(
        self, backend: StoreCheckerUnderTest
    ) -> None:
        await backend.scheduler.put([schedule("known", START), schedule("paused", None)])
        await backend.queue.enqueue([*jobs("a", "b", "c"), blocked("d")])
        await backend.queue.move([Move(id_of("b"), JobEvent.CANCEL)])
        await Lane(backend.queue).claim(1)
        assert await findings(backend) == []

    async def test_a_queue_that_has_only_a_policy_has_no_findings(
        self, backend: StoreCheckerUnderTest
    ) -> None:
        assert await backend.policies.put(QUEUE, DEFAULT_POLICY, QueuePolicy(closed=True))
        assert await findings(backend) == []
        assert list(await backend.inspector.queues()) == [QUEUE]

    @pytest.mark.parametrize("status", WAITING)
    async def test_a_job_that_waits_with_an_envelope_that_cannot_be_read_is_found(
        self, backend: StoreCheckerUnderTest, status: JobStatus
    ) -> None:
        await bring_to(backend, status)
        await backend.damage(id_of("job"), NO_ENVELOPE)
        [finding] = await findings(backend)
        assert (finding.kind, finding.queue) == (FindingKind.UNREADABLE_JOB, QUEUE)
        assert finding.subject == id_of("job")

    @pytest.mark.parametrize("status", JUDGED_BY_OTHERS)
    async def test_an_envelope_that_nobody_waits_for_is_no_finding(
        self, backend: StoreCheckerUnderTest, status: JobStatus
    ) -> None:
        await bring_to(backend, status)
        await backend.damage(id_of("job"), NO_ENVELOPE)
        assert await findings(backend) == []

    async def test_a_job_that_waits_without_an_envelope_is_found(
        self, backend: StoreCheckerUnderTest
    ) -> None:
        await bring_to(backend, JobStatus.QUEUED)
        await backend.damage(id_of("job"), None)
        assert [f.kind for f in await findings(backend)] == [FindingKind.NO_BODY]

    async def test_looking_changes_nothing(self, backend: StoreCheckerUnderTest) -> None:
        await damaged(backend)
        before = await snapshot(backend)
        assert await findings(backend) == await findings(backend) != []
        assert await snapshot(backend) == before

    async def test_a_job_that_cannot_be_read_is_mended_into_a_dead_letter_with_its_bytes(
        self, backend: StoreCheckerUnderTest
    ) -> None:
        assert await backend.checker.mend(await damaged(backend)) == [True]
        record = await look(backend, "job")
        assert (record.status, record.standing.reason) == (JobStatus.FAILED, Reason.CORRUPT)
        assert (record.payload, record.attempts) == (NO_ENVELOPE, 0)
        [error] = record.errors
        assert error.message == "its envelope cannot be read"

    @pytest.mark.parametrize("raw", [NO_ENVELOPE, None])
    @pytest.mark.parametrize("status", WAITING)
    async def test_what_was_mended_is_found_no_more_and_run_no_more(
        self, backend: StoreCheckerUnderTest, status: JobStatus, raw: bytes | None
    ) -> None:
        await bring_to(backend, status)
        await backend.damage(id_of("job"), raw)
        assert await backend.checker.mend(await findings(backend)) == [True]
        assert await findings(backend) == []
        assert await Lane(backend.queue).claim() == []

    async def test_what_no_longer_holds_is_left_as_it_is(
        self, backend: StoreCheckerUnderTest
    ) -> None:
        [*found] = await damaged(backend)
        await Lane(backend.queue).claim_one()
        before = await snapshot(backend)
        assert await backend.checker.mend(found) == [False]
        assert await snapshot(backend) == before

    async def test_a_finding_is_mended_once(self, backend: StoreCheckerUnderTest) -> None:
        found = await damaged(backend)
        assert await backend.checker.mend(found) == [True]
        before = await snapshot(backend)
        assert await backend.checker.mend(found) == [False]
        assert await snapshot(backend) == before

    async def test_the_jobs_beside_it_are_not_touched(self, backend: StoreCheckerUnderTest) -> None:
        await backend.queue.enqueue(jobs("first", "bad", "last"))
        await backend.damage(id_of("bad"), NO_ENVELOPE)
        await backend.checker.mend(await findings(backend))
        assert await Lane(backend.queue).claim_keys() == ["first", "last"]

    async def test_only_the_queues_that_are_named_are_looked_at(
        self, backend: StoreCheckerUnderTest
    ) -> None:
        for queue in ("left", "right"):
            await backend.queue.enqueue([job("job", queue=queue)])
            await backend.damage(id_of("job", queue), NO_ENVELOPE)
        assert [f.queue for f in await findings(backend, ["left"])] == ["left"]
        assert [f.queue for f in await findings(backend)] == ["left", "right"]

    async def test_each_step_says_how_far_the_look_has_come(
        self, backend: StoreCheckerUnderTest
    ) -> None:
        await backend.queue.enqueue(jobs("a", "b", "c"))
        steps = [step async for step in backend.checker.check()]
        assert steps
        assert all(0 <= step.done <= step.of for step in steps)
