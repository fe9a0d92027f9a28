"""Jobs are found by text and time, alike on every backend."""

from datetime import datetime, timedelta

import pytest

from jobsys import BaseJob, InvalidJob, JobFilter, JobStatus, JobsysContainer, Settings


class Note(BaseJob):
    text: str
    password: str = ""


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


def test_a_filter_that_cannot_be_is_refused() -> None:

    with pytest.raises(InvalidJob, match="is not a name"):
        JobFilter(queues={"*"})
    with pytest.raises(InvalidJob, match="has no time zone"):
        JobFilter(created_from=datetime(2030, 1, 1))  # noqa: DTZ001 (that is what is refused)
