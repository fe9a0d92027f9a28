"""A mail is judged by its finished bytes, whatever made them."""

import pytest

from jobsys.domain import mail_format
from jobsys.domain.errors import MailRefused
from jobsys.testing.suites.send import MAIL


@pytest.mark.parametrize(
    "made",
    [
        *("hi\r\nBcc: x@evil.test", "hi\r\n\r\nbody", "hi\nthere", "hi\rthere", "other", "h\u00ef"),
        "hi =?utf-8?q?=0ABcc:_x@evil.test?=",
    ],
)
def test_a_header_that_came_out_otherwise_than_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    monkeypatch.setattr(mail_format, "_encoded", lambda _: made)
    with pytest.raises(MailRefused, match="headers would say more than was meant"):
        mail_format.rendered(MAIL)


def test_every_line_of_a_mail_is_short_and_ascii() -> None:
    lines = mail_format.rendered(MAIL).split(b"\r\n")
    assert all(len(line) <= 998 and line.isascii() and b"\n" not in line for line in lines)
