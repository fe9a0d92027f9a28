"""Keeping secrets out of whatever is printed or logged."""

import re
from functools import lru_cache
from typing import Final

MASK: Final = "***"

_KIND: Final = r"(?:pass(?:word|wd|phrase)|secret|token|api[_-]?key|authorization|cookie)"
_SIGNS: Final = ("pass", "secret", "token", "api", "auth", "cookie", "bearer", "basic")
_NAME: Final = re.compile(_KIND, re.IGNORECASE)
_IN_URL: Final = re.compile(r"(://[^\s/:@]{0,128}:)[^\s]{1,512}@")
_IN_HEADER: Final = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE)
_NAMED: Final = re.compile(
    rf"(\b[\w.-]{{0,64}}{_KIND}[\w.-]{{0,64}}[\"']?\s{{0,8}}[:=]\s{{0,8}})"
    r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|(?:(?:bearer|basic)\s+)?[^\s\"',;&)}\]]+)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Says whether what goes by this name shall not be shown.

    >>> is_secret("smtp_password"), is_secret("name")
    (True, False)
    """
    return _NAME.search(name) is not None


def redacted(text: str) -> str:
    """Returns a text without the secrets that are named in it, or that stand in a URL or a header.

    >>> redacted("redis://bob:hunter2@host/0 refused token=abc, 'password': 'x y'")
    "redis://bob:***@host/0 refused token=***, 'password': ***"
    """
    if "://" in text:
        text = _IN_URL.sub(rf"\1{MASK}@", text)
    lowered = text.lower()
    if any(sign in lowered for sign in _SIGNS):  # most texts are done here, at a tenth of the cost
        text = _IN_HEADER.sub(rf"\1 {MASK}", _NAMED.sub(rf"\1{MASK}", text))
    return text
