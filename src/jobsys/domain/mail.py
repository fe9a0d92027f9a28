"""A mail, and what its headers may hold."""

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from jobsys.domain.value import value

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ENCODED_WORD: Final = re.compile(r"=\?[^?]*\?[^?]*\?[^?]*\?=")
_LONGEST_ADDRESS: Final = 254
_LONGEST_LOCAL_PART: Final = 64


@value
class MailContent:
    """What a mail says: a subject and a text, or HTML, or both of one meaning."""

    subject: str
    text: str = ""
    html: str = ""


@value
class Sender:
    """Whom a mail comes from."""

    address: str
    name: str = ""


@value
class Mail:
    """One mail; its recipients see one another.

    The same key and content make the same `message_id`, so that who receives a mail again, from a
    repeated attempt, can drop it.
    """

    key: str
    sender: Sender
    to: Sequence[str]
    content: MailContent
    sent_at: datetime

    @property
    def message_id(self) -> str:
        """The mail's identity, as its header says it."""
        content = self.content
        said = "\0".join((self.key, *self.to, content.subject, content.text, content.html))
        return f"<{sha256(said.encode()).hexdigest()[:40]}@{self.sender.address.partition('@')[2]}>"


def checked_address(text: str) -> str:
    """Returns `text` if it is a mail address by itself, in ASCII (RFC 5321, without quoting).

    >>> checked_address("ada@example.org")
    'ada@example.org'
    >>> checked_address("Ada <ada@example.org>")
    Traceback (most recent call last):
    ...
    ValueError: 'Ada <ada@example.org>' is no mail address: write it like ada@example.org
    """
    long = len(text) > _LONGEST_ADDRESS or text.find("@") > _LONGEST_LOCAL_PART
    if long or "=?" in text or _ADDRESS.fullmatch(text) is None:
        raise ValueError(f"{text[:80]!r} is no mail address: write it like ada@example.org")
    return text


def checked_header_text(text: str) -> str:
    """Returns `text` if it can stand in a header and means there what it says.

    >>> checked_header_text("2 + 2 =?")
    '2 + 2 =?'
    >>> checked_header_text("hi =?utf-8?q?=0ABcc:_x@evil.test?=")
    Traceback (most recent call last):
    ...
    ValueError: it holds an encoded word, =?…?=: write the characters that it stands for
    """
    if found := _CONTROL.search(text):
        raise ValueError(f"it holds {found[0]!r}: leave line breaks and control characters out")
    if _ENCODED_WORD.search(text):
        raise ValueError("it holds an encoded word, =?…?=: write the characters that it stands for")
    return text
