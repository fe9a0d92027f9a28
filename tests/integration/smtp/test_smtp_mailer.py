"""What SmtpMailer does with real servers: TLS, logins, refusals."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from jobsys.adapters.smtp.mailer import SmtpMailer
from jobsys.adapters.smtp.server import smtp_server
from jobsys.domain.errors import ConfigurationError, MailRefused
from jobsys.ports.errors import MailerUnavailable, MissingExtra
from jobsys.testing.suites.send import MAIL
from tests.support.smtp_server import CERTIFICATE, Mailbox, SmtpServer


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def plain(mailbox: Mailbox) -> AsyncIterator[SmtpMailer]:
    async with SmtpServer(mailbox) as server:
        yield SmtpMailer(f"smtp://127.0.0.1:{server.port}?tls=none")


async def test_by_default_a_connection_changes_to_tls_and_logs_in_then(mailbox: Mailbox) -> None:
    async with SmtpServer(mailbox, starttls=True, login=True) as server:
        url = f"smtp://ada%40example.org:pa%3Ass%2Fw%40rd@localhost:{server.port}"
        await SmtpMailer(f"{url}?ca={CERTIFICATE}").send(MAIL)
    assert mailbox.encrypted == [True]
    assert mailbox.users == ["ada@example.org"]
    [envelope] = mailbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (MAIL.sender.address, [*MAIL.to])


async def test_smtps_speaks_tls_from_the_first_byte(mailbox: Mailbox) -> None:
    async with SmtpServer(mailbox, tls=True) as server:
        await SmtpMailer(f"smtps://localhost:{server.port}?ca={CERTIFICATE}").send(MAIL)
    assert mailbox.encrypted == [True]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    mailbox: Mailbox, scheme: str
) -> None:
    async with SmtpServer(mailbox, starttls=scheme == "smtp", tls=scheme == "smtps") as server:
        with pytest.raises(MailerUnavailable, match="certificate"):
            await SmtpMailer(f"{scheme}://localhost:{server.port}").send(MAIL)
    assert mailbox.envelopes == []


async def test_a_server_without_tls_gets_no_mail_in_the_clear_unless_that_is_asked_for(
    mailbox: Mailbox,
) -> None:
    async with SmtpServer(mailbox) as server:
        with pytest.raises(MailerUnavailable, match="STARTTLS"):
            await SmtpMailer(f"smtp://localhost:{server.port}").send(MAIL)
        assert mailbox.envelopes == []
        await SmtpMailer(f"smtp://localhost:{server.port}?tls=none").send(MAIL)
    assert mailbox.encrypted == [False]


async def test_a_wrong_password_is_told_without_telling_it(mailbox: Mailbox) -> None:
    async with SmtpServer(mailbox, starttls=True, login=True) as server:
        url = f"smtp://ada:canary@localhost:{server.port}?ca={CERTIFICATE}"
        with pytest.raises(MailerUnavailable, match="check the URL's user") as caught:
            await SmtpMailer(url).send(MAIL)
    assert "canary" not in str(caught.value)


async def test_a_recipient_that_is_refused_for_good_is_named_and_nobody_gets_the_mail(
    mailbox: Mailbox, plain: SmtpMailer
) -> None:
    mailbox.answers[MAIL.to[1]] = "550 no such mailbox"
    with pytest.raises(MailRefused, match=rf"{MAIL.to[1]}: 550 no such mailbox"):
        await plain.send(MAIL)
    assert mailbox.envelopes == []


@pytest.mark.parametrize("recipient", MAIL.to)
async def test_a_recipient_that_is_refused_for_now_may_be_tried_again(
    mailbox: Mailbox, plain: SmtpMailer, recipient: str
) -> None:
    mailbox.answers[recipient] = "450 come back later"
    with pytest.raises(MailerUnavailable, match="450 come back later"):
        await plain.send(MAIL)
    assert mailbox.envelopes == []
    mailbox.answers.clear()
    await plain.send(MAIL)
    assert len(mailbox.envelopes) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [("554 spam", MailRefused), ("451 full", MailerUnavailable), ("552 too big", MailRefused)],
)
async def test_content_may_be_refused_for_good_or_for_now(
    mailbox: Mailbox, plain: SmtpMailer, answer: str, error: type[Exception]
) -> None:
    mailbox.at_data = answer
    with pytest.raises(error, match=f"refuses the mail: {answer}"):
        await plain.send(MAIL)


async def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody_accepts:
        url = f"smtp://127.0.0.1:{nobody_accepts.getsockname()[1]}?tls=none&timeout=50ms"
        with pytest.raises(MailerUnavailable, match="does not answer"):
            await SmtpMailer(url).send(MAIL)


async def test_a_mail_is_out_even_if_the_server_leaves_without_a_word() -> None:
    left = asyncio.Event()

    async def leave_early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        answers = {b"MAIL": b"250", b"RCPT": b"250", b"DATA": b"354", b"EHLO": b"250"}
        while (command := (await reader.readline())[:4]) in answers:
            writer.write(answers[command] + b" ok\r\n")
            if command == b"DATA":
                await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"250 ok\r\n")
                break
        writer.close()
        await writer.wait_closed()
        left.set()

    async with await asyncio.start_server(leave_early, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await SmtpMailer(f"smtp://127.0.0.1:{port}?tls=none").send(MAIL)
        await left.wait()


async def test_a_mail_with_a_smuggler_never_reaches_the_server(
    mailbox: Mailbox, plain: SmtpMailer
) -> None:
    with pytest.raises(MailRefused, match="is no mail address"):
        await plain.send(replace(MAIL, to=("a@b.org>\r\nRCPT TO:<x@evil.test",)))
    assert mailbox.envelopes == []


async def test_without_aiosmtplib_the_command_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "jobsys.adapters.smtp.delivery", raising=False)
    monkeypatch.delattr("jobsys.adapters.smtp.delivery", raising=False)
    monkeypatch.setitem(sys.modules, "aiosmtplib", None)
    with pytest.raises(MissingExtra, match=r"pip install 'jobsys\[email\]'"):
        await SmtpMailer("smtp://localhost").send(MAIL)


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mail.example.org", 587, "starttls"),
        ("smtps://mail.example.org/", 465, "ssl"),
        ("smtp://mail.example.org?tls=none", 25, "none"),
        ("smtp://u:p@mail.example.org:2525?timeout=5s", 2525, "starttls"),
    ],
)
def test_a_url_says_where_and_how(url: str, port: int, tls: str) -> None:
    server = smtp_server(url)
    assert (server.host, server.port, server.tls) == ("mail.example.org", port, tls)


@pytest.mark.parametrize(
    "url",
    [
        *("", "mail.example.org", "http://u:canary@host", "smtp://", "smtp://u:canary@host:port"),
        *("smtp://host/path", "smtp://host?tls=maybe", "smtps://host?tls=none", "smtp://host?x=1"),
        *("smtp://u:canary@host?timeout=5", "smtp://host?timeout=0s", "smtp://host?tls"),
        "smtp://u:canary@host?tls=none",
    ],
)
def test_a_url_that_cannot_be_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError, match="the URL of the mail server") as caught:
        SmtpMailer(url)
    assert "canary" not in str(caught.value)
