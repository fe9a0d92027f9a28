"""Every mailer keeps the promises of its port."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from jobsys.adapters.filesystem.file_store import LocalFileStore
from jobsys.adapters.outbox.mailer import OutboxMailer
from jobsys.adapters.smtp.mailer import SmtpMailer
from jobsys.testing.mailer_suite import MailerSuite
from jobsys.testing.post import PostUnderTest
from tests.support.smtp_server import Mailbox, SmtpServer


class Outbox(PostUnderTest):
    """A folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "outbox"
        self._mailer = OutboxMailer(LocalFileStore([folder]), "outbox")

    @property
    def mailer(self) -> OutboxMailer:
        return self._mailer

    async def arrived(self) -> Sequence[bytes]:
        return [file.read_bytes() for file in self._folder.glob("*")]

    async def break_down(self) -> None:
        self._folder.write_text("no folder")


class Smtp(PostUnderTest):
    """A server on a socket."""

    def __init__(self, mailbox: Mailbox, server: SmtpServer) -> None:
        self._mailbox = mailbox
        self._server = server
        self._mailer = SmtpMailer(f"smtp://127.0.0.1:{server.port}?tls=none")

    @property
    def mailer(self) -> SmtpMailer:
        return self._mailer

    async def arrived(self) -> Sequence[bytes]:
        return [one.content for one in self._mailbox.envelopes if isinstance(one.content, bytes)]

    async def break_down(self) -> None:
        await self._server.stop()


@pytest.mark.contract(suite="Mailer", backend="outbox")
class TestOutboxMailer(MailerSuite):
    @pytest.fixture
    def post(self, tmp_path: Path) -> PostUnderTest:
        return Outbox(tmp_path)


@pytest.mark.contract(suite="Mailer", backend="smtp")
class TestSmtpMailer(MailerSuite):
    @pytest.fixture
    async def post(self) -> AsyncIterator[PostUnderTest]:
        mailbox = Mailbox()
        async with SmtpServer(mailbox) as server:
            yield Smtp(mailbox, server)
