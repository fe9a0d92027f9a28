"""Jobs of which there is one at a time, through the service."""

import pytest

from jobsys import BaseJob, InvalidJob, JobStatus, Unique
from jobsys.domain.errors import DuplicateJob
from jobsys.domain.status import Reason
from jobsys.testing.jobs import CRASH
from tests.support.bench import Bench, Greet


class Report(BaseJob):
    """One report of a day at a time, whatever its title."""

    unique = Unique(fields=("day",))
    day: int
    title: str = "Report"


class Table(BaseJob):
    unique = Unique()
    cells: dict[str, object]


class Invoice(BaseJob):
    unique = Unique(on_conflict="reject")
    number: int


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_a_submit_returns_the_id_of_the_job_that_is_there(bench: Bench) -> None:
    first = await bench.service.submit(Report(day=1))
    assert await bench.service.submit(Report(day=1, title="Another")) == first
    assert await bench.service.submit(Report(day=2)) != first


async def test_of_many_in_one_call_those_that_are_alike_are_one(bench: Bench) -> None:
    ids = await bench.service.submit_many([Report(day=1), Report(day=2), Report(day=1)])
    assert (ids[0], len(set(ids))) == (ids[2], 2)


async def test_a_conflict_that_is_to_be_refused_names_the_job_that_is_there(bench: Bench) -> None:
    first = await bench.service.submit(Invoice(number=7))
    with pytest.raises(DuplicateJob, match="must be the only one") as caught:
        await bench.service.submit(Invoice(number=7))
    assert caught.value.existing == first


async def test_a_submit_may_ask_for_it_of_any_type(bench: Bench) -> None:
    first = await bench.service.submit(Greet(name="Ada"), unique=Unique())
    assert await bench.service.submit(Greet(name="Ada"), unique=Unique()) == first
    assert await bench.service.submit(Greet(name="Ada")) != first


async def test_only_jobs_that_were_stored_are_counted(bench: Bench) -> None:
    for _ in range(3):
        await bench.service.submit(Report(day=1))
    assert len(await bench.find_all()) == 1


async def test_a_dead_letter_comes_back_only_where_no_other_is_there(bench: Bench) -> None:
    lease = await bench.leased(Report(day=1))
    await bench.settled(lease.failed(CRASH, None, Reason.EXHAUSTED))
    other = await bench.service.submit(Report(day=1))
    assert other != lease.record.id
    with pytest.raises(DuplicateJob):
        await bench.service.retry(lease.record.id)
    await bench.service.cancel(other)
    await bench.service.retry(lease.record.id)
    assert await bench.service.submit(Report(day=1)) == lease.record.id


async def test_a_field_that_the_type_has_not_is_named(bench: Bench) -> None:
    with pytest.raises(InvalidJob, match="greet has no field 'day'"):
        await bench.service.submit(Greet(), unique=Unique(fields=("day",)))


async def test_equal_jobs_have_one_digest_however_their_fields_are_ordered(bench: Bench) -> None:
    first = await bench.service.submit(Table(cells={"x": 1, "y": {"a": 1, "b": 2}}))
    assert await bench.service.submit(Table(cells={"y": {"b": 2, "a": 1}, "x": 1})) == first


async def test_of_many_that_say_reject_the_error_names_those_that_are_not_stored(
    bench: Bench,
) -> None:
    first = await bench.service.submit(Invoice(number=7))
    with pytest.raises(DuplicateJob, match="1 of 2 jobs were stored") as caught:
        await bench.service.submit_many([Invoice(number=7), Invoice(number=8)])
    assert (caught.value.existing, len(caught.value.refused)) == (first, 1)
    assert len(await bench.find_all()) == 2


async def test_a_dead_letter_whose_payload_cannot_be_read_is_replayed_all_the_same(
    bench: Bench,
) -> None:
    lease = await bench.leased(Report(day=1))
    await bench.settled(lease.failed(CRASH, None, Reason.EXHAUSTED))
    stored = bench.store.queue("default").jobs[lease.record.id.key]
    stored.raw = (stored.raw or b"")[:-1]
    await bench.service.retry(lease.record.id)
    assert (await bench.service.get(lease.record.id)).status is JobStatus.QUEUED
