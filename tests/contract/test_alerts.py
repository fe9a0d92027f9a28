"""Every alert sink keeps the promises of its port."""

from collections.abc import Sequence
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from jobsys.adapters.filesystem.file_store import LocalFileStore
from jobsys.adapters.log.alerts import LogAlertSink
from jobsys.adapters.mail.alerts import MailAlertSink
from jobsys.adapters.outbox.mailer import OutboxMailer
from jobsys.domain.mail import Sender
from jobsys.ports.alerts import AlertSink
from jobsys.testing.alert_sink_suite import AlertSinkSuite
from jobsys.testing.suites.alerting import AlertSinkUnderTest

WORDS = {"INFO": "low", "WARNING": "medium", "ERROR": "high", "CRITICAL": "critical"}


class LogLines(AlertSinkUnderTest):
    """What a log has caught: a level stands for a severity, and the job's id beside the line."""

    def __init__(self, caught: pytest.LogCaptureFixture) -> None:
        self._caught = caught

    @property
    def sink(self) -> AlertSink:
        return LogAlertSink()

    async def arrived(self) -> Sequence[str]:
        return [
            f"{WORDS[line.levelname]} {line.getMessage()} {vars(line)['job_id']}"
            for line in self._caught.records
        ]


class Outbox(AlertSinkUnderTest):
    """Mails in a folder; none has a header that its sender did not write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def sink(self) -> AlertSink:
        mailer = OutboxMailer(LocalFileStore([self._folder.parent]), self._folder.name)
        return MailAlertSink(mailer, Sender("jobs@example.org"), ["a@example.org", "b@example.org"])

    async def arrived(self) -> Sequence[str]:
        mails = [
            message_from_bytes(file.read_bytes(), policy=default) for file in self._folder.iterdir()
        ]
        assert {mail["To"] for mail in mails} == {"a@example.org, b@example.org"}
        assert {mail["Bcc"] for mail in mails} == {None}
        return [f"{mail['Subject']}\n{mail.get_content()}" for mail in mails]


@pytest.mark.contract(suite="AlertSink", backend="log")
class TestLogAlertSink(AlertSinkSuite):
    @pytest.fixture
    def told(self, caplog: pytest.LogCaptureFixture) -> AlertSinkUnderTest:
        caplog.set_level("INFO", "jobsys.alerts")
        return LogLines(caplog)


@pytest.mark.contract(suite="AlertSink", backend="mail")
class TestMailAlertSink(AlertSinkSuite):
    @pytest.fixture
    def told(self, tmp_path: Path) -> AlertSinkUnderTest:
        return Outbox(tmp_path / "outbox")
