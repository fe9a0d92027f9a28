"""What `JobInspector.edit` promises."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from typing import Final

import pytest

from jobsys.domain.attempt_error import KEPT_ERRORS
from jobsys.domain.edit import Edit, EditOutcome
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.move import Move
from jobsys.domain.payload import JobPayload
from jobsys.domain.status import REPLAYABLE, JobEvent, JobStatus
from jobsys.ports.job_inspector import JobQuery
from jobsys.ports.job_queue import JobQueue
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.jobs import CRASH, found, id_of, keys_of, look, snapshot
from jobsys.testing.lane import Lane
from jobsys.testing.situations import bring_to
from jobsys.testing.virtual_clock import START

JOB: Final = id_of("job")
FIRST: Final = JobPayload(b'{"name":"job"}')
NEW: Final = JobPayload(b'{"name":"Ada"}')
ROUNDS: Final = 10


class EditSuite:
    """One test for each sentence, and one for each race."""

    async def test_replaces_what_a_failed_or_cancelled_job_is_made_of(
        self, backend: BackendUnderTest
    ) -> None:
        for status in REPLAYABLE:
            key = status.value
            await bring_to(backend, status, key)
            before = await look(backend, key)
            new = Edit(before.id, Header(type="count", version=3), NEW, before.payload, START)
            assert await backend.inspector.edit(new) is EditOutcome.EDITED, key
            after = await look(backend, key)
            assert (after.header, after.payload, after.damage) == (new.header, NEW, None), key

    async def test_the_payload_that_was_replaced_is_kept_whole_as_the_last_line_of_the_history(
        self, backend: BackendUnderTest
    ) -> None:
        await bring_to(backend, JobStatus.FAILED)
        long = JobPayload(b'{"name":"%b \xc3\xa9"}' % (b"x" * 50_000))
        await backend.inspector.edit(edit(long))
        await backend.inspector.edit(edit(NEW, long))
        errors = (await look(backend, "job")).errors
        assert errors[:3] == (CRASH, CRASH, CRASH)
        assert [line.message.encode() for line in errors[3:]] == [FIRST, long]
        assert [(line.tells_of_edit, line.at) for line in errors[3:]] == [(True, START)] * 2

    async def test_the_history_keeps_no_more_lines_for_edits(
        self, backend: BackendUnderTest
    ) -> None:
        await bring_to(backend, JobStatus.FAILED)
        payloads = [FIRST, *(JobPayload(b'{"name":"%d"}' % number) for number in range(12))]
        for seen, payload in pairwise(payloads):
            await backend.inspector.edit(edit(payload, seen))
        errors = (await look(backend, "job")).errors
        assert [line.message.encode() for line in errors] == payloads[-1 - KEPT_ERRORS : -1]

    async def test_a_job_whose_payload_is_not_the_one_that_the_editor_saw_is_left_as_it_is(
        self, backend: BackendUnderTest
    ) -> None:
        await bring_to(backend, JobStatus.FAILED)
        before = await snapshot(backend)
        other = JobPayload(b'{"name": "job"}')
        assert await backend.inspector.edit(edit(NEW, other)) is EditOutcome.CHANGED
        assert await snapshot(backend) == before

    @pytest.mark.parametrize("status", [s for s in JobStatus if s not in REPLAYABLE])
    async def test_a_job_in_any_other_state_is_left_as_it_is(
        self, backend: BackendUnderTest, status: JobStatus
    ) -> None:
        await bring_to(backend, status)
        before = await snapshot(backend)
        assert await backend.inspector.edit(edit(NEW)) is EditOutcome.REFUSED
        assert await snapshot(backend) == before

    async def test_one_that_does_not_exist_is_not_found(self, backend: BackendUnderTest) -> None:
        assert await backend.inspector.edit(edit(NEW)) is EditOutcome.NOT_FOUND
        await bring_to(backend, JobStatus.FAILED, "another")
        assert await backend.inspector.edit(edit(NEW)) is EditOutcome.NOT_FOUND
        assert [record.id.key for record in await found(backend)] == ["another"]

    async def test_an_edit_repeated_changes_nothing(self, backend: BackendUnderTest) -> None:
        await bring_to(backend, JobStatus.FAILED)
        await backend.inspector.edit(edit(NEW))
        before = await snapshot(backend)
        assert await backend.inspector.edit(edit(NEW)) is EditOutcome.UNCHANGED
        assert await snapshot(backend) == before

    async def test_bytes_that_cannot_be_read_are_replaced_like_any_others(
        self, backend: BackendUnderTest
    ) -> None:
        await bring_to(backend, JobStatus.FAILED)
        await backend.damage(JOB, b"half \xff gone")
        seen = (await look(backend, "job")).payload
        assert await backend.inspector.edit(edit(NEW, seen)) is EditOutcome.EDITED
        after = await look(backend, "job")
        assert (after.payload, after.damage) == (NEW, None)
        assert "half \\xff gone" in after.errors[-1].message

    async def test_bytes_that_are_gone_are_replaced_like_any_others(
        self, backend: BackendUnderTest
    ) -> None:
        await bring_to(backend, JobStatus.FAILED)
        await backend.damage(JOB, None)
        assert await backend.inspector.edit(edit(NEW, JobPayload())) is EditOutcome.EDITED
        after = await look(backend, "job")
        assert (after.payload, after.damage, after.errors[-1].message) == (NEW, None, "")

    async def test_an_edited_job_stays_where_it_stands(self, backend: BackendUnderTest) -> None:
        await bring_to(backend, JobStatus.FAILED)
        before = await snapshot(backend)
        await backend.inspector.edit(edit(NEW))
        after = await snapshot(backend)
        assert after.counts == before.counts
        [was], [is_now] = before.records, after.records
        assert is_now == replace(was, payload=NEW, errors=is_now.errors)

    async def test_an_edited_job_is_found_by_its_new_type(self, backend: BackendUnderTest) -> None:
        await bring_to(backend, JobStatus.FAILED)
        await backend.inspector.edit(Edit(JOB, Header(type="count"), NEW, FIRST, START))
        assert await found(backend, JobQuery(job_type="greet")) == []
        assert keys_of(await found(backend, JobQuery(job_type="count"))) == ["job"]

    async def test_replayed_it_is_leased_with_what_the_edit_said(
        self, backend: BackendUnderTest
    ) -> None:
        await bring_to(backend, JobStatus.FAILED)
        await backend.inspector.edit(edit(NEW))
        await backend.queue.move([Move(JOB, JobEvent.REPLAYED)])
        lease = await Lane(backend.queue).claim_one()
        assert (lease.record.id, lease.record.payload) == (JOB, NEW)

    async def test_of_two_editors_who_saw_the_same_one_succeeds(
        self, backend: BackendUnderTest
    ) -> None:
        for number in range(ROUNDS):
            key = f"two-{number}"
            job_id = await bring_to(backend, JobStatus.FAILED, key)
            seen = (await look(backend, key)).payload
            payloads = [JobPayload(b'{"name":"editor %d"}' % editor) for editor in range(4)]
            edits = [Edit(job_id, Header(type="greet"), new, seen, START) for new in payloads]
            outcomes = await asyncio.gather(*map(backend.inspector.edit, edits))
            assert sorted(outcomes) == ["changed", "changed", "changed", "edited"]
            winner = payloads[outcomes.index(EditOutcome.EDITED)]
            assert (await look(backend, key)).payload == winner

    async def test_an_edit_against_a_replay_is_what_the_job_is_leased_with_or_is_refused(
        self, backend: BackendUnderTest
    ) -> None:
        another = await backend.another()
        for number in range(ROUNDS):
            key = f"race-{number}"
            job_id = await bring_to(backend, JobStatus.FAILED, key)
            seen, lane = (await look(backend, key)).payload, Lane(another)
            new = Edit(job_id, Header(type="greet"), NEW, seen, START)
            replay = asyncio.create_task(_replayed(another, lane, job_id))
            for _ in range(number):
                await asyncio.sleep(0)
            outcome, lease = await backend.inspector.edit(new), await replay
            stored = (await look(backend, key)).payload
            assert (outcome, lease.record.payload, stored) in [
                (EditOutcome.EDITED, NEW, NEW),
                (EditOutcome.REFUSED, seen, seen),
            ]
            await lane.settle(lease.succeeded(None))


async def _replayed(queue: JobQueue, lane: Lane, job_id: JobId) -> Lease:
    await queue.move([Move(job_id, JobEvent.REPLAYED)])
    return await lane.claim_one()


def edit(payload: JobPayload, seen: JobPayload = FIRST) -> Edit:
    """Returns an edit of the job that most tests bring about."""
    return Edit(JOB, Header(type="greet"), payload, seen, START)
