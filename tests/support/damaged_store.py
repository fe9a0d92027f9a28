"""What `jobsys fsck` makes of damage, whatever a store is made of."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from jobsys.application.store_check import Outcome
from jobsys.domain.job_id import JobId
from jobsys.domain.status import JobStatus
from jobsys.testing.backend import StoreCheckerUnderTest
from jobsys.testing.jobs import id_of
from tests.support.damage import Damage, kinds, outcomes, subjects
from tests.support.many_jobs import WAITING, fsck, ids_in, run_to_the_end

How = TypeVar("How")


@dataclass
class DamagedStore(Generic[How]):
    """A backend whose store is changed and read from outside.

    `contents` is everything that it holds, `bodies` what was submitted.
    """

    backend: StoreCheckerUnderTest
    do: Callable[[Sequence[How]], Awaitable[object]]
    contents: Callable[[], Awaitable[object]]
    bodies: Callable[[], Awaitable[object]]

    async def expect_clean(self) -> None:
        """Demands that nothing is found, and nothing changed."""
        before = await self.contents()
        report = await fsck(self.backend, repair=True)
        assert (report.outcomes, report.left_out, report.is_clean) == ([], [], True)
        assert await self.contents() == before

    async def expect_mended(self, damage: Damage[How]) -> None:
        """Does damage, and demands that it is named and mended, and no job is lost by that."""
        waiting = await ids_in(self.backend, *WAITING)
        await self.do(damage.how)
        bodies = await self.bodies()
        await self._expect_named(damage)
        assert (await fsck(self.backend, repair=True)).is_clean
        assert (await fsck(self.backend)).outcomes == []
        assert await self.bodies() == bodies
        never = {id_of(damage.never_runs)} if damage.never_runs else set[JobId]()
        assert await run_to_the_end(self.backend) == waiting - never
        assert never <= await ids_in(self.backend, JobStatus.FAILED)

    async def expect_left(self, damage: Damage[How]) -> None:
        """Does damage, and demands that it is named and left to a person."""
        await self.do(damage.how)
        before = await self.contents()
        for repair in (False, True):
            report = await fsck(self.backend, repair=repair)
            assert subjects(report, damage.kind) == [damage.subject]
            assert outcomes(report) == {Outcome.BY_HAND}
            assert not report.is_clean
            assert await self.contents() == before

    async def _expect_named(self, damage: Damage[How]) -> None:
        before = await self.contents()
        report = await fsck(self.backend)
        assert subjects(report, damage.kind) == [damage.subject]
        assert kinds(report) == {damage.kind} | damage.follows
        assert outcomes(report) == {Outcome.FOUND}
        assert not report.is_clean
        assert await self.contents() == before
