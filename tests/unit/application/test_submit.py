"""Submitting: what ends up in the record, and what is refused with nothing stored."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from jobsys.application.arguments import Options
from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import InvalidJob, PayloadTooLarge, UnknownJobType
from jobsys.domain.priority import JobPriority
from jobsys.domain.retention import Retention
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobStatus
from jobsys.domain.validator import JobValidator
from jobsys.testing.faults.faulty_queue import FaultyQueue
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench, Greet

HOUR = timedelta(hours=1)


class SendReport(BaseJob):
    job_type = "send_report"
    aliases = ("mail-report",)
    queue = "reports"
    priority = JobPriority.HIGH
    retention = Retention(done=HOUR * 48)
    to: list[object]


async def test_a_submitted_job_waits_under_its_id_with_its_classs_defaults(bench: Bench) -> None:
    job_id = await bench.service.submit(SendReport(to=["ada"]))
    record = await bench.service.get(job_id)
    assert job_id.queue == "reports"
    assert (record.status, record.priority) == (JobStatus.QUEUED, JobPriority.HIGH)
    assert (record.job_type, record.payload.as_dict()) == ("send_report", {"to": ["ada"]})
    assert record.header.retention == SendReport.retention


async def test_each_job_of_one_submit_keeps_what_its_own_type_says(bench: Bench) -> None:
    ids = await bench.service.submit_many([Greet(), SendReport(to=["ada"]), Greet()])
    records = [await bench.service.get(job_id) for job_id in ids]
    assert [job_id.queue for job_id in ids] == [Greet.queue, "reports", Greet.queue]
    assert [one.job_type for one in records] == ["greet", "send_report", "greet"]
    assert [one.priority for one in records] == [Greet.priority, JobPriority.HIGH, Greet.priority]
    assert [one.header.retention for one in records] == [None, SendReport.retention, None]


async def test_every_option_of_a_submit_ends_up_in_the_record(bench: Bench) -> None:
    retry, retention = RetryPolicy(max_attempts=9), Retention(done=HOUR, dead=HOUR * 2)
    job_id = await bench.service.submit(
        SendReport(to=[]),
        key="march",
        queue="slow",
        priority="LOW",
        delay="90s",
        retry=retry,
        timeout=HOUR,
        retention=retention,
    )
    record = await bench.service.get("slow:march")
    header, standing = record.header, record.standing
    assert (job_id, record.priority) == ("slow:march", JobPriority.LOW)
    assert (header.retry, header.timeout, header.retention) == (retry, HOUR, retention)
    assert (record.status, standing.due_at) == (JobStatus.SCHEDULED, START + timedelta(seconds=90))


async def test_a_job_is_scheduled_for_the_instant_of_run_at(bench: Bench) -> None:
    due = START + HOUR
    record = await bench.service.get(await bench.service.submit(Greet(), run_at=due))
    assert (record.status, record.standing.due_at) == (JobStatus.SCHEDULED, due)


async def test_an_instant_that_has_passed_means_now(bench: Bench) -> None:
    record = await bench.service.get(await bench.service.submit(Greet(), run_at=START - HOUR))
    assert record.status is JobStatus.QUEUED


async def test_many_jobs_are_stored_in_order_by_one_call_to_the_queue(bench: Bench) -> None:
    queue = FaultyQueue(bench.queue)
    service = bench.service_with(queue, JobValidator())
    ids = await service.submit_many([Greet(name=str(n)) for n in range(100)], priority="high")
    assert queue.calls == ["enqueue"]
    assert len(set(ids)) == 100
    assert [r.payload.as_dict()["name"] for r in await bench.find_all()] == [
        str(n) for n in range(100)
    ]


async def test_submitting_no_jobs_asks_nothing_of_the_queue(bench: Bench) -> None:
    assert await bench.service.submit_many([]) == []


async def test_a_key_used_twice_makes_one_job(bench: Bench) -> None:
    first = await bench.service.submit(Greet(name="Ada"), key="one")
    assert await bench.service.submit(Greet(name="Bob"), key="one") == first
    [record] = await bench.find_all()
    assert record.payload.as_dict() == {"name": "Ada"}


@pytest.mark.parametrize(
    ("given", "shown"),
    [(None, "None"), ("greet", "'greet'"), (Greet, "the class Greet"), ({}, "{}")],
)
async def test_what_is_no_job_is_refused_and_nothing_is_stored(
    bench: Bench, given: object, shown: str
) -> None:
    with pytest.raises(InvalidJob, match=f"{shown} is no job: submit an instance"):
        await bench.service.submit_many([Greet(), cast("BaseJob", given)])
    assert await bench.find_all() == []


@pytest.mark.parametrize("count", [0, 2])
async def test_a_key_for_any_other_number_of_jobs_than_one_is_refused(
    bench: Bench, count: int
) -> None:
    with pytest.raises(InvalidJob, match="names one job"):
        await bench.service.submit_many([Greet()] * count, key="one")
    assert await bench.find_all() == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"delay": "1s", "run_at": START}, "delay and run_at"),
        ({"delay": timedelta(seconds=-1)}, "delay"),
        ({"delay": "5"}, "delay"),
        ({"delay": 5}, "delay.* give a timedelta or a text with units"),
        ({"timeout": 5}, "timeout.* give a timedelta or a text with units"),
        ({"delay": "9" * 30 + "d"}, "delay"),
        ({"delay": timedelta.max}, "delay"),
        ({"run_at": datetime(2031, 1, 1)}, "run_at"),  # noqa: DTZ001 (it is what is refused)
        ({"run_at": datetime.max.replace(tzinfo=UTC)}, "run_at"),
        ({"timeout": timedelta(0)}, "timeout"),
        ({"priority": "urgent"}, "priority"),
        ({"queue": "jobs:*"}, "queue"),
        ({"key": ""}, "key"),
        ({"key": "x" * 65}, "key"),
        ({"retry": {"max_attempts": 0}}, "retry.max_attempts"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_wrong_option_is_named_and_nothing_is_stored(
    bench: Bench, options: Mapping[str, object], named: str
) -> None:
    with pytest.raises(InvalidJob, match=named):
        await bench.service.submit(Greet(), **cast("Options", options))
    assert await bench.find_all() == []


@pytest.mark.parametrize(
    ("job", "told"),
    [
        (Greet(name="x" * 300_000), "over the limit"),
        (SendReport(to=[[[[[[[["deep"] * 3]]]]]]]), "nested deeper"),
    ],
)
async def test_a_payload_over_a_limit_is_refused_and_so_is_all_that_came_with_it(
    bench: Bench, job: BaseJob, told: str
) -> None:
    service = bench.service_with(bench.queue, JobValidator(max_depth=8))
    with pytest.raises(PayloadTooLarge, match=told):
        await service.submit_many([Greet(), job])
    assert await bench.find_all() == []


async def test_a_payload_that_is_no_json_is_refused(bench: Bench) -> None:
    with pytest.raises(InvalidJob, match="cannot be stored"):
        await bench.service.submit(SendReport(to=[object()]))
    assert await bench.find_all() == []


@pytest.mark.parametrize("name", ["send_report", "SEND-Report", "mail_report", "Mail-Report"])
async def test_a_type_is_found_by_its_name_or_alias_whatever_its_case_and_dashes(
    bench: Bench, name: str
) -> None:
    bench.factory.register(SendReport)
    job_id = await bench.service.submit_by_name(name, {"to": []}, queue="other")
    record = await bench.service.get(job_id)
    assert (record.job_type, job_id.queue) == ("send_report", "other")


async def test_an_unknown_type_is_refused_and_the_nearest_ones_suggested(bench: Bench) -> None:
    bench.factory.register(SendReport)
    bench.factory.register(Greet)
    with pytest.raises(UnknownJobType, match="'send_reprot' is not registered; known: send_report"):
        await bench.service.submit_by_name("send_reprot", {"to": []})


async def test_every_wrong_field_of_plain_data_is_named(bench: Bench) -> None:
    bench.factory.register(SendReport)
    with pytest.raises(InvalidJob, match=r"to: .*; cc: "):
        await bench.service.submit_by_name("send_report", {"to": 5, "cc": []})
    assert await bench.find_all() == []
