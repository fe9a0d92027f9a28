"""What `Mailer.send` promises."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Final

import pytest

from jobsys.domain.errors import MailRefused
from jobsys.domain.mail import Mail, MailContent, Sender
from jobsys.ports.errors import MailerUnavailable
from jobsys.testing.post import PostUnderTest

TEXT: Final = f"Grüße,\n.\n..\nFrom here\n\n{'long ' * 500}\n=3D\ttab\n"
HTML: Final = "<p title='=?utf-8?q?x?='>Grüße &amp; Küsse</p>\n.\n"
MAIL: Final = Mail(
    key="emails:1",
    sender=Sender("shop@example.org", "Ümläut, Shop"),
    to=("ada@example.org", "bob@example.com"),
    content=MailContent("Grüße aus Köln 👩‍💻", TEXT, HTML),
    sent_at=datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC),
)
HEADERS: Final = {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"}

SMUGGLERS: Final = [
    *("hi\nBcc: x@evil.test", "hi\r\nBcc: x@evil.test", "hi\rBcc: x@evil.test", "hi\n\nbody"),
    *("hi\x85Bcc: x@evil.test", "hi\u2028Bcc: x@evil.test", "hi\u2029Bcc: x", "hi\x0bBcc: x"),
    *("hi =?utf-8?q?=0ABcc:_x@evil.test?=", "=?utf-8?b?CkJjYzogeEBldmlsLnRlc3Q=?="),
    *("=?utf-8?q?=0D=0ABcc:_x@evil.test?= hi", "=?ascii?Q?a=0d=0a=0d=0abody?=", "hi\0there"),
    *("=?utf-8?q?=0A?= =?utf-8?q?Bcc:_x@evil.test?=", "\n", "hi\r\n ", "hi\r\n\tBcc: x@evil.test"),
    *("=?unknown?q?=0ABcc:_x@evil.test?=", "=?utf-8?q?=E2=80=A8Bcc:_x?=", "\x1eBcc: x", "\x0cx"),
]


class SendSuite:
    """One test for each sentence."""

    async def test_a_mail_is_handed_over_for_all_its_recipients(self, post: PostUnderTest) -> None:
        await post.mailer.send(MAIL)
        mail = await only(post)
        assert addresses(mail, "To") == [*MAIL.to]

    async def test_its_headers_are_those_that_were_meant_and_no_others(
        self, post: PostUnderTest
    ) -> None:
        await post.mailer.send(MAIL)
        mail = await only(post)
        assert {*mail.keys()} == HEADERS
        assert len(mail.keys()) == len(HEADERS)
        assert mail["From"].addresses[0].display_name == MAIL.sender.name
        assert addresses(mail, "From") == [MAIL.sender.address]
        assert mail["Subject"] == MAIL.content.subject
        assert mail["Date"].datetime == MAIL.sent_at
        assert mail["Message-ID"] == MAIL.message_id

    @pytest.mark.parametrize("field", ["subject", "sender_name", "sender", "to"])
    @pytest.mark.parametrize("smuggler", SMUGGLERS, ids=ascii)
    async def test_nothing_is_smuggled_into_its_headers(
        self, post: PostUnderTest, field: str, smuggler: str
    ) -> None:
        try:
            await post.mailer.send(smuggling(field, smuggler))
        except MailRefused:
            assert list(await post.arrived()) == []
            return
        mail = await only(post)
        assert len(mail.keys()) == len(HEADERS)
        assert {*mail.keys()} == HEADERS
        assert [*addresses(mail, "From"), *addresses(mail, "To")] == [MAIL.sender.address, *MAIL.to]

    async def test_text_and_html_arrive_as_they_are_given(self, post: PostUnderTest) -> None:
        await post.mailer.send(MAIL)
        assert parts(await only(post)) == {"text/plain": TEXT, "text/html": HTML}

    @pytest.mark.parametrize("kind", ["text/plain", "text/html"])
    async def test_text_or_html_may_come_alone(self, post: PostUnderTest, kind: str) -> None:
        text, html = (TEXT, "") if kind == "text/plain" else ("", HTML)
        await post.mailer.send(replace(MAIL, content=MailContent("alone", text, html)))
        assert parts(await only(post)) == {kind: text or html}

    async def test_a_mail_sent_again_has_the_same_message_id_again(
        self, post: PostUnderTest
    ) -> None:
        await post.mailer.send(MAIL)
        await post.mailer.send(replace(MAIL, sent_at=datetime(2031, 1, 1, tzinfo=UTC)))
        mails = [parsed(raw) for raw in await post.arrived()]
        assert {mail["Message-ID"] for mail in mails} == {MAIL.message_id}

    async def test_other_mails_have_other_message_ids_and_all_arrive(
        self, post: PostUnderTest
    ) -> None:
        await post.mailer.send(MAIL)
        await post.mailer.send(replace(MAIL, key="emails:2"))
        mails = [parsed(raw) for raw in await post.arrived()]
        assert len({mail["Message-ID"] for mail in mails}) == 2

    async def test_what_is_not_taken_now_is_unavailable(self, post: PostUnderTest) -> None:
        await post.break_down()
        with pytest.raises(MailerUnavailable):
            await post.mailer.send(MAIL)


def smuggling(field: str, smuggler: str) -> Mail:
    """Returns a mail that carries a smuggler in one of the fields that become headers."""
    match field:
        case "subject":
            return replace(MAIL, content=MailContent(smuggler, TEXT, HTML))
        case "sender_name":
            return replace(MAIL, sender=Sender(MAIL.sender.address, smuggler))
        case "sender":
            return replace(MAIL, sender=Sender(f"{smuggler}@example.org"))
        case _:
            return replace(MAIL, to=(f"{smuggler}@example.org",))


async def only(post: PostUnderTest) -> EmailMessage:
    """Returns the one mail that has arrived."""
    [raw] = await post.arrived()
    return parsed(raw)


def parsed(raw: bytes) -> EmailMessage:
    """Returns a mail as its receiver reads it."""
    return message_from_bytes(raw, policy=default)


def addresses(mail: EmailMessage, header: str) -> list[str]:
    """Returns the bare addresses of a header."""
    return [one.addr_spec for one in mail[header].addresses]


def parts(mail: EmailMessage) -> dict[str, str]:
    """Returns the mail's texts by their kinds, with line ends as they are here."""
    texts = [part for part in mail.walk() if not part.is_multipart()]
    return {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in texts}
