"""The outbox is right when each mail is there once, and says what its job said."""

from dataclasses import replace
from pathlib import Path

import pytest

from jobsys import EmailJob, JobRecord, JobStatus
from jobsys.adapters.filesystem.file_store import LocalFileStore
from jobsys.adapters.jinja2.mail_templates import JinjaMailTemplates
from jobsys.adapters.outbox.mailer import OutboxMailer
from jobsys.adapters.system.clock import SystemClock
from jobsys.application.builtin.email import EmailHandler
from jobsys.demo.evidence import EQUAL, Check, Finding
from jobsys.demo.mails import MAILS, Outbox
from jobsys.domain.mail import Sender
from tests.unit.demo.made_context import made_context, made_record


class Sent:
    """The demo's mails in an outbox, and the records of their jobs."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "outbox"
        mailer = OutboxMailer(LocalFileStore([root]), "outbox")
        sender = Sender("demo@example.org")
        self._handler = EmailHandler(mailer, JinjaMailTemplates(None), sender, SystemClock())
        self.records: dict[str, JobRecord] = {}

    async def send(self, number: int, mail: EmailJob) -> Path:
        job_id = f"emails:{number}"
        result = await self._handler.execute(mail, made_context(job_id))
        self.records[mail.subject] = made_record(job_id, result)
        return self.folder / f"{job_id}.eml"

    def check(self, mail: EmailJob) -> Check:
        return Outbox(self.folder, len(MAILS)).check(mail, self.records[mail.subject])


@pytest.fixture
async def sent(tmp_path: Path) -> Sent:
    sent = Sent(tmp_path)
    for number, mail in enumerate(MAILS):
        await sent.send(number, mail)
    return sent


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.subject)
async def test_a_mail_that_says_what_its_job_said_is_equal(sent: Sent, mail: EmailJob) -> None:
    assert sent.check(mail) is EQUAL


async def test_a_mail_that_says_otherwise_is_wrong(sent: Sent) -> None:
    path = sent.folder / "emails:0.eml"
    path.write_bytes(path.read_bytes().replace(b"ready", b"late"))
    assert sent.check(MAILS[0]) == Check(Finding.WRONG, "it says otherwise")
    assert sent.check(MAILS[1]) is EQUAL


async def test_a_missing_mail_is_wrong(sent: Sent) -> None:
    (sent.folder / "emails:0.eml").unlink()
    assert "0 of 2 mails in the outbox are its own" in sent.check(MAILS[0]).detail


async def test_a_mail_that_is_there_twice_is_wrong(sent: Sent) -> None:
    content = (sent.folder / "emails:0.eml").read_bytes()
    (sent.folder / "again.eml").write_bytes(content)
    assert "2 of 4 mails in the outbox are its own" in sent.check(MAILS[0]).detail


async def test_a_mail_that_another_has_replaced_is_wrong(sent: Sent) -> None:
    content = (sent.folder / "emails:0.eml").read_bytes()
    (sent.folder / "emails:1.eml").write_bytes(content)
    assert "2 of 3 mails in the outbox are its own" in sent.check(MAILS[0]).detail


async def test_a_mail_that_nobody_wanted_makes_the_outbox_wrong(sent: Sent) -> None:
    await sent.send(9, EmailJob(to="eve@example.org", subject="Spam", text="buy"))
    assert "1 of 4 mails in the outbox are its own" in sent.check(MAILS[0]).detail


async def test_a_mail_whose_job_failed_is_wrong(sent: Sent) -> None:
    record = sent.records[MAILS[0].subject]
    standing = replace(record.standing, status=JobStatus.FAILED)
    sent.records[MAILS[0].subject] = replace(record, standing=standing)
    assert sent.check(MAILS[0]) == Check(Finding.WRONG, "its job is failed")
