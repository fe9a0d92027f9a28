"""Dead letters in whole containers, on each backend: mended, replayed, and told to people."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from jobsys import (
    BackgroundJobService,
    ConfigurationError,
    DeadLetterContext,
    DeadLetterFilter,
    JobRecord,
    Settings,
)
from jobsys.config.arguments import MailArguments
from jobsys.domain.status import JobStatus, Reason
from tests.support.greeter import Greet, OldGreet, program

SOON = timedelta(seconds=10)


@pytest.fixture
async def jobs(url: str) -> AsyncIterator[BackgroundJobService]:
    container = program(Settings(backend=url))
    async with container.lifecycle():
        yield container.job_service()


async def test_after_an_edit_the_replayed_job_runs_with_the_new_payload(
    jobs: BackgroundJobService,
) -> None:
    dead = await jobs.wait(await jobs.submit(Greet(name="nobody")), SOON)
    assert (dead.status, dead.standing.reason) == (JobStatus.FAILED, Reason.EXHAUSTED)
    await jobs.dead_letters.edit(dead.id, {"name": "Bob"}, seen=dead.payload)
    await jobs.dead_letters.replay(dead.id)
    mended = await jobs.wait(dead.id, SOON)
    assert (mended.status, mended.result) == (JobStatus.COMPLETED, "Hello, Bob!")
    assert [line.message for line in mended.errors] == ["nobody", '{"name":"nobody"}']


async def test_a_processor_mends_what_fails_and_people_are_told_of_the_rest(
    url: str, tmp_path: Path
) -> None:
    mail: MailArguments = {"outbox": tmp_path / "outbox", "sender": "jobs@example.org"}
    container = program(Settings(backend=url, mail=mail, alerts={"to": ["ops@example.org"]}))
    mended = asyncio.Event()

    @container.on_dead_letter(reason="corrupt")
    async def mend(record: JobRecord, letter: DeadLetterContext) -> None:
        await letter.resubmit({"name": record.payload.as_dict()["first_name"]})
        mended.set()

    async with container.lifecycle():
        jobs = container.job_service()
        mendable = await jobs.submit(OldGreet(first_name="Bob"))
        lost = [await jobs.submit(Greet(name="nobody")) for _ in range(30)]
        for job_id in lost:
            await jobs.wait(job_id, SOON)
        async with asyncio.timeout(10):
            await mended.wait()
        assert (await jobs.wait(mendable, SOON)).result == "Hello, Bob!"
        assert (await jobs.dead_letters.summary()).total == 30
    mails = [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in (tmp_path / "outbox").iterdir()
    ]
    assert sorted(mail["Subject"] for mail in mails) == [
        "[jobsys] high: 1 dead letter: greet in default (exhausted, LookupError)",
        "[jobsys] high: 29 dead letters: greet in default (exhausted, LookupError)",
    ]
    assert {mail["To"] for mail in mails} == {"ops@example.org"}
    assert all("jobsys dlq show default:" in mail.get_content() for mail in mails)


async def test_people_to_tell_without_a_way_out_for_mail_are_refused_at_the_start() -> None:
    container = program(Settings(backend="memory://", alerts={"to": ["ops@example.org"]}))
    with pytest.raises(ConfigurationError, match=r"mail\.outbox or mail\.smtp"):
        async with container.lifecycle():
            pass


async def test_without_people_to_tell_an_alert_is_a_line_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    container = program(Settings(backend="memory://"))

    @container.on_dead_letter()
    def tell(record: JobRecord, letter: DeadLetterContext) -> None:
        letter.alert("critical", f"{record.payload.as_dict()['name']} was not greeted")

    async with container.lifecycle():
        jobs = container.job_service()
        await jobs.wait(await jobs.submit(Greet(name="nobody")), SOON)
    [line] = [record for record in caplog.records if record.name == "jobsys.alerts"]
    assert line.levelname == "CRITICAL"
    assert line.getMessage() == (
        "1 dead letter: greet in default (exhausted, LookupError): nobody was not greeted"
    )


async def test_a_payload_that_the_type_does_not_take_is_mended_by_an_edit(
    jobs: BackgroundJobService,
) -> None:
    dead = await jobs.wait(await jobs.submit(OldGreet(first_name="Bob")), SOON)
    assert (dead.status, dead.standing.reason) == (JobStatus.FAILED, Reason.CORRUPT)
    fields = {"name": dead.payload.as_dict()["first_name"]}
    await jobs.dead_letters.edit(dead.id, fields, seen=dead.payload)
    await jobs.dead_letters.replay(dead.id)
    assert (await jobs.wait(dead.id, SOON)).result == "Hello, Bob!"


async def test_all_that_failed_for_one_cause_are_found_counted_and_replayed(
    jobs: BackgroundJobService,
) -> None:
    ids = await jobs.submit_many([Greet(name="nobody")] * 230)
    for job_id in ids:
        await jobs.wait(job_id, SOON)
    letters, wanted = jobs.dead_letters, DeadLetterFilter(error="LookupError", text="nobody")
    [group] = (await letters.summary(wanted)).groups
    assert group.count == 230
    page = await letters.find(wanted, limit=200)
    rest = await letters.find(wanted, limit=200, after=page.next)
    assert {record.id for record in (*page.records, *rest.records)} == {*ids}
    assert (len(page.records), len(rest.records), rest.next) == (200, 30, None)
    assert (await letters.replay_matching(wanted, dry_run=True)).matched == 230
    assert (await letters.purge(wanted, dry_run=False)).done == 230
    assert (await letters.summary()).total == 0
