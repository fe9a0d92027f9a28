"""Jobs are found by text and time, alike on every backend."""

from datetime import datetime, timedelta

import pytest

from jobsys import BaseJob, InvalidJob, JobFilter, JobStatus, JobsysContainer, Settings
from jobsys.application import job_search
from jobsys.domain.envelope import Header
from jobsys.domain.errors import InvalidName
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.ports.submission import Submission


class Note(BaseJob):
    text: str
    password: str = ""


class Letter(BaseJob):
    aliases = ("old_letter", "note_home")


class Call(BaseJob):
    queue = "calls"
    number: str


async def test_each_mark_of_a_filter_finds_what_it_means(url: str) -> None:
    container = JobsysContainer(Settings(backend=url, worker={"enabled": False}))
    container.job_factory().register(Note)
    container.job_factory().register(Call)
    async with container.lifecycle():
        jobs = container.job_service()
        said = {"text": "milk and bread", "password": "hunter2"}
        note = await jobs.submit(Note.model_validate(said), key="list-1")
        call = await jobs.submit(Call(number="555-0100"), delay="1h")
        made = (await jobs.get(note)).created_at
        for wanted, expected in [
            (JobFilter(), {note, call}),
            (JobFilter(JobStatus.SCHEDULED), {call}),
            (JobFilter(queues={"calls"}), {call}),
            (JobFilter(queues={"calls", "default"}), {note, call}),
            (JobFilter(job_types={"NOTE"}), {note}),
            (JobFilter(job_types={"note", "call"}, queues={"calls"}), {call}),
            (JobFilter(text="and bread"), {note}),
            (JobFilter(text="and bread", in_payload=False), set()),
            (JobFilter(text="list-1", in_payload=False), {note}),
            (JobFilter(text="note", in_payload=False), {note}),
            (JobFilter(text="hunter2"), set()),
            (JobFilter(created_from=made, job_types={"note"}), {note}),
            (JobFilter(created_until=made, job_types={"note"}), set()),
            (JobFilter(created_from=made + timedelta(hours=1)), set()),
        ]:
            page = await jobs.search(wanted)
            assert {record.id for record in page.records} == expected, wanted
        with pytest.raises(InvalidJob, match="not where a page ended"):
            await jobs.search(after="nowhere")
        with pytest.raises(InvalidJob, match="at least one"):
            await jobs.search(limit=0)


async def test_jobs_of_a_type_are_found_under_each_of_its_names_page_by_page(url: str) -> None:
    container = JobsysContainer(Settings(backend=url, worker={"enabled": False}))
    for job_class in (Note, Letter):
        container.job_factory().register(job_class)
    async with container.lifecycle():
        jobs, header = container.job_service(), Header(type="old_letter")
        old = Submission(JobId.of("default", "a"), header, JobPayload(b"{}"), JobPriority.NORMAL)
        await container.job_queue().enqueue([old])
        await jobs.submit(Note(text="another"))
        new = await jobs.submit(Letter())
        for name in ("letter", "old_letter", "note_home"):
            first = await jobs.find(job_type=name, queue="default", limit=1)
            assert [record.id for record in first.records] == [old.job_id]
            second = await jobs.find(job_type=name, queue="default", limit=1, after=first.next)
            assert [record.id for record in second.records] == [new]
        assert not (await jobs.find(job_type="letter", queue="calls")).records
        assert not (await jobs.find(job_type="letter", status=JobStatus.FAILED)).records


async def test_of_a_rare_type_a_page_looks_at_no_more_jobs_than_of_any(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_search, "MOST_LOOKED_AT", 100)
    container = JobsysContainer(Settings(backend=url, worker={"enabled": False}))
    container.job_factory().register(Note)
    async with container.lifecycle():
        jobs = container.job_service()
        await jobs.submit_many([Note(text="common")] * 150)
        wanted = JobFilter(job_types={"rare"}, queues={"default"})
        first = await jobs.search(wanted)
        assert (first.records, first.next is None) == ([], False)
        last = await jobs.search(wanted, after=first.next)
        assert (last.records, last.next) == ([], None)


async def test_a_page_ends_when_it_was_looked_for_long_enough(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_search, "PATIENCE", 0.0)
    container = JobsysContainer(Settings(backend=url, worker={"enabled": False}))
    container.job_factory().register(Note)
    async with container.lifecycle():
        jobs = container.job_service()
        ids = await jobs.submit_many([Note(text=f"n{n}") for n in range(150)])
        page = await jobs.search(JobFilter(text="n149"), limit=100)
        assert (page.records, page.next is None) == ([], False)
        page = await jobs.search(JobFilter(text="n149"), limit=100, after=page.next)
        assert [record.id for record in page.records] == [ids[149]]


async def test_jobs_are_found_by_their_id_or_by_their_key_in_whatever_queue(url: str) -> None:
    container = JobsysContainer(Settings(backend=url, worker={"enabled": False}))
    container.job_factory().register(Note)
    container.job_factory().register(Call)
    async with container.lifecycle():
        jobs = container.job_service()
        note = await jobs.submit(Note(text="milk"), key="order-17")
        call = await jobs.submit(Call(number="555-0100"), key="order-17")
        await jobs.submit(Note(text="bread"), key="order-18")
        assert {record.id for record in await jobs.named("order-17")} == {note, call}
        assert [record.id for record in await jobs.named(note)] == [note]
        assert await jobs.named("order") == await jobs.named("calls:order-18") == []
        with pytest.raises(InvalidName):
            await jobs.named("order 17")


def test_a_filter_that_cannot_be_is_refused() -> None:

    with pytest.raises(InvalidJob, match="is not a name"):
        JobFilter(queues={"*"})
    with pytest.raises(InvalidJob, match="has no time zone"):
        JobFilter(created_from=datetime(2030, 1, 1))  # noqa: DTZ001 (that is what is refused)
