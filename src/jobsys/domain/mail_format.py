"""A mail as it travels, and the proof that its headers say nothing but what was meant."""

import re
from email.header import Header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, default
from email.utils import format_datetime, formataddr
from typing import Final

from jobsys.domain.errors import MailRefused
from jobsys.domain.mail import Mail, MailContent, checked_address, checked_header_text

_SEVEN_BIT: Final = SMTP.clone(cte_type="7bit")
_LINES: Final = re.compile(rb"(?:[\t -~]*\r\n)+")
_NAME: Final = re.compile(rb"^([^\s:]+): ", re.MULTILINE)


def rendered(mail: Mail) -> bytes:
    """Returns the mail in the form of RFC 5322: lines end in CRLF, all bytes are ASCII.

    The headers are judged by the finished bytes: libraries have been talked into more of them.

    Raises:
        MailRefused: the headers would not be exactly those that were meant.

    """
    body = _body(mail.content)
    own, _, content = body.as_bytes(policy=_SEVEN_BIT).partition(b"\r\n\r\n")
    try:
        _check_fields(mail)
        head = _head(mail) + own + b"\r\n"
        _check_bytes(head, ("From", "To", "Subject", "Date", "Message-ID", *body.keys()), mail)
    except ValueError as error:
        raise MailRefused(f"the mail's headers would say more than was meant: {error}") from error
    return head + b"\r\n" + content


def _check_fields(mail: Mail) -> None:
    for address in (mail.sender.address, *mail.to):
        checked_address(address)
    checked_header_text(mail.sender.name)
    checked_header_text(mail.content.subject)


def _head(mail: Mail) -> bytes:
    lines = {
        "From": formataddr((mail.sender.name, mail.sender.address)),
        "To": ",\r\n ".join(mail.to),
        "Subject": _encoded(mail.content.subject),
        "Date": format_datetime(mail.sent_at),
        "Message-ID": mail.message_id,
    }
    return "".join(f"{name}: {said}\r\n" for name, said in lines.items()).encode("ascii")


def _encoded(subject: str) -> str:
    plain = subject.isascii() and "=?" not in subject
    header = Header(subject, "us-ascii" if plain else "utf-8", 76, "Subject")
    return header.encode(linesep="\r\n")


def _body(content: MailContent) -> EmailMessage:
    body = EmailMessage(policy=_SEVEN_BIT)
    if content.text:
        body.set_content(content.text, cte="quoted-printable")
    if content.html and content.text:
        body.add_alternative(content.html, subtype="html", cte="quoted-printable")
    elif content.html:
        body.set_content(content.html, subtype="html", cte="quoted-printable")
    return body


def _check_bytes(head: bytes, names: tuple[str, ...], mail: Mail) -> None:
    if not _LINES.fullmatch(head) or _NAME.findall(head) != [name.encode() for name in names]:
        raise ValueError("there are other lines in them")
    parsed = BytesParser(policy=default).parsebytes(head, headersonly=True)
    said = [
        parsed["Subject"],
        *((one.display_name, one.addr_spec) for one in parsed["From"].addresses),
        *(one.addr_spec for one in parsed["To"].addresses),
    ]
    if parsed.keys() != [*names] or said != [
        mail.content.subject,
        (mail.sender.name, mail.sender.address),
        *mail.to,
    ]:
        raise ValueError("their receiver would read something else")
