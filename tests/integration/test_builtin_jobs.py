"""The built-in jobs, from their submit to what they leave in the world."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from dependency_injector.providers import Object

from jobsys import (
    BaseJob,
    CleanupJob,
    ConfigurationError,
    EmailJob,
    JobStatus,
    JobsysContainer,
    RetryPolicy,
    Settings,
)
from jobsys.adapters.outbox.mailer import OutboxMailer
from jobsys.domain.mail import Mail
from jobsys.domain.record import JobRecord
from jobsys.ports.errors import MailerUnavailable
from jobsys.testing.suites.send import parsed, parts
from tests.support.smtp_server import Mailbox, SmtpServer

SOON = timedelta(seconds=10)


@pytest.fixture
def container(tmp_path: Path) -> JobsysContainer:
    (tmp_path / "files").mkdir()
    return JobsysContainer(
        Settings(
            backend="memory://",
            files=[tmp_path / "files"],
            mail={"outbox": tmp_path / "outbox", "sender": "shop@example.org"},
        )
    )


async def ended(container: JobsysContainer, job: BaseJob, attempts: int = 1) -> JobRecord:
    jobs = container.job_service()
    retry = RetryPolicy(max_attempts=attempts, base=timedelta(0))
    return await jobs.wait(await jobs.submit(job, retry=retry), SOON)


async def test_a_mail_from_a_template_lands_in_the_outbox(
    container: JobsysContainer, tmp_path: Path
) -> None:
    job = EmailJob(to="ada@example.org", template="welcome", data={"username": "Ada"})
    async with container.lifecycle():
        record = await ended(container, job)
    [file] = (tmp_path / "outbox").iterdir()
    mail = parsed(file.read_bytes())
    assert file.name == f"{record.id}.eml"
    assert mail["Subject"] == "Welcome, Ada"
    assert mail["From"] == "shop@example.org"
    assert "Hello Ada," in parts(mail)["text/plain"]
    assert record.result == {"message_id": mail["Message-ID"], "recipients": 1}


async def test_a_subject_beside_a_template_replaces_the_templates_own(
    container: JobsysContainer, tmp_path: Path
) -> None:
    job = EmailJob(to="ada@example.org", template="welcome", subject="Hi")
    async with container.lifecycle():
        await ended(container, job)
    [file] = (tmp_path / "outbox").iterdir()
    assert parsed(file.read_bytes())["Subject"] == "Hi"


class Doubtful(OutboxMailer):
    """Loses its connection after it has sent its first mail."""

    ids: tuple[str, ...] = ()

    async def send(self, mail: Mail) -> None:
        await super().send(mail)
        self.ids += (mail.message_id,)
        if len(self.ids) == 1:
            raise MailerUnavailable("gone")


async def test_a_second_attempt_sends_the_same_mail_once_more_and_doubles_nothing(
    container: JobsysContainer, tmp_path: Path
) -> None:
    mailer = Doubtful(container.file_store(), "out")
    container.mailer.override(Object(mailer))
    async with container.lifecycle():
        record = await ended(container, EmailJob(to="a@b.org", subject="s", text="t"), 2)
    assert record.status is JobStatus.COMPLETED
    assert len(mailer.ids) == 2
    assert len({*mailer.ids}) == 1
    assert len([*(tmp_path / "files/out").iterdir()]) == 1


async def test_a_mail_goes_out_by_smtp_where_the_settings_name_a_server() -> None:
    mailbox = Mailbox()
    async with SmtpServer(mailbox) as server:
        url = f"smtp://127.0.0.1:{server.port}?tls=none"
        settings = Settings(backend="memory://", mail={"smtp": url, "sender": "shop@example.org"})
        container = JobsysContainer(settings)
        async with container.lifecycle():
            jobs = container.job_service()
            payload = {"to": "ada@example.org", "subject": "s", "body": "b", "priority": 1}
            record = await jobs.wait(await jobs.submit_by_name("email", payload), SOON)
    assert record.status is JobStatus.COMPLETED
    assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [["ada@example.org"]]


async def test_a_mail_that_nobody_takes_becomes_a_dead_letter_that_says_why(
    container: JobsysContainer,
) -> None:
    async with container.lifecycle():
        record = await ended(container, EmailJob(to="a@b.org", template="none"))
    assert record.status is JobStatus.FAILED
    assert record.errors[-1].code == "MAIL_REFUSED"
    assert "known: campaign" in record.errors[-1].message


def old_files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"12345")
        os.utime(folder / name, (0, 0))


async def test_a_clean_up_only_tells_what_it_would_remove_until_it_is_told_to(
    container: JobsysContainer, tmp_path: Path
) -> None:
    old_files(tmp_path / "files/tmp", "a.tmp", "in/b.tmp", "c.txt")
    (tmp_path / "files/tmp/young.tmp").touch()
    job = CleanupJob(folder="tmp", older_than=timedelta(days=1), pattern="*.tmp", recursive=True)
    told = {
        "files": 2, "folders": 1, "bytes": 10, "vanished": 0, "kept": 0, "limit_reached": False,
        "names": ["a.tmp", "in/b.tmp"],
    }  # fmt: skip
    async with container.lifecycle():
        dry = await ended(container, job)
        assert (tmp_path / "files/tmp/in/b.tmp").exists()
        real = await ended(container, job.model_copy(update={"dry_run": False}))
    assert dry.result == {**told, "dry_run": True}
    assert real.result == {**told, "dry_run": False}
    assert {file.name for file in (tmp_path / "files/tmp").iterdir()} == {"c.txt", "young.tmp"}


async def test_a_clean_up_removes_no_more_files_than_its_limit_and_names_a_hundred(
    container: JobsysContainer, tmp_path: Path
) -> None:
    old_files(tmp_path / "files/tmp", *(f"{number:03}" for number in range(150)))
    job = CleanupJob(folder="tmp", older_than=timedelta(0), dry_run=False, limit=120)
    async with container.lifecycle():
        record = await ended(container, job)
    assert isinstance(record.result, dict)
    assert (record.result["files"], record.result["limit_reached"]) == (120, True)
    assert record.result["names"] == [f"{number:03}" for number in range(100)]
    assert len([*(tmp_path / "files/tmp").iterdir()]) == 30
    assert (record.standing.percent, record.standing.message) == (83, "100 files")


def test_built_in_jobs_run_only_where_their_settings_are_given() -> None:
    nothing = JobsysContainer(Settings(backend="memory://"))
    assert nothing.handlers().queues() == []
    assert {job.job_type for job in nothing.job_factory().known()} == {
        "cleanup", "email", "file_processing", "webhook",
    }  # fmt: skip
    with pytest.raises(ConfigurationError, match=r"mail\.outbox or mail\.smtp"):
        nothing.mailer()
    mail = JobsysContainer(Settings(backend="memory://", mail={"outbox": "out"}))
    assert mail.handlers().queues() == ["emails"]
    files = JobsysContainer(Settings(backend="memory://", files=["."]))
    assert files.handlers().queues() == ["cleanup", "file_processing"]
