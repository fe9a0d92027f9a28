"""Promises of `DurableComponent.room`."""

from dataclasses import replace

from jobsys.domain.payload import JobPayload
from jobsys.ports.backend import Backend
from jobsys.testing.jobs import job

LARGE = JobPayload(b'{"name":"%b"}' % (b"x" * 200_000))


class RoomSuite:
    """How much room a backend says that there is."""

    async def test_jobs_that_are_kept_take_more_room_where_that_is_known(
        self, backend: Backend
    ) -> None:
        before = (await backend.room()).taken
        await backend.ports.queue.enqueue(
            [replace(job(f"{number}"), payload=LARGE) for number in range(20)]
        )
        after = (await backend.room()).taken
        if before is None or after is None:
            assert before == after
        else:
            assert after - before > 2_000_000

    async def test_what_is_free_is_no_more_than_what_bounds_the_store(
        self, backend: Backend
    ) -> None:
        room = await backend.room()
        assert room.where
        assert (room.free is None) == (room.total is None)
        assert 0 <= (room.free or 0) <= (room.total or 0)

    async def test_asking_for_the_room_changes_nothing(self, backend: Backend) -> None:
        await backend.room()
        assert await backend.ports.inspector.counts() == {}
