"""Keeping secrets out of whatever is printed or logged."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, cast

MASK: Final = "***"

_KIND: Final = (
    r"(?:pass(?:word|wd|phrase)|secret|token|api[_-]?key|authorization|cookie"
    r"|(?:private|access)[_-]?key|credential|session[_-]?id"
    r"|credit[_-]?card|card[_-]?n(?:umber|o\b|um\b)|cvv|cvc"
    r"|(?<![a-z])(?:pwd|card|jwt|ssn|iban)(?![a-z]))"
)
_SIGNS: Final = (
    *("pass", "secret", "token", "api", "auth", "cookie", "bearer", "basic", "private", "access"),
    *("credential", "session", "card", "cvv", "cvc", "pwd", "jwt", "ssn", "iban"),
)
_NAME: Final = re.compile(_KIND, re.IGNORECASE)
_IN_URL: Final = re.compile(r"(://[^\s/:@]{0,128}:)[^\s]{1,512}@")
_IN_HEADER: Final = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE)
_NAMED: Final = re.compile(
    rf"({_KIND}[\w.-]{{0,64}}[\"']?\s{{0,8}}[:=]\s{{0,8}})"
    r"(\"(?:[^\"\\]|\\.)*(?:\"|\\?$)|'(?:[^'\\]|\\.)*(?:'|\\?$)|(?:(?:bearer|basic)\s+)?[^\s\"',;&)}\]]+)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Says whether what goes by this name shall not be shown.

    >>> is_secret("smtp_password"), is_secret("card"), is_secret("cardinality")
    (True, True, False)
    """
    return _NAME.search(name) is not None


def without_secrets(value: object) -> object:
    """Returns JSON values with stars for each secret, and in the texts as `redacted` writes them.

    >>> without_secrets({"user": {"name": "ada", "api_key": "c2VjcmV0"}})
    {'user': {'name': 'ada', 'api_key': '***'}}
    """
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        return {name: _field(name, inner) for name, inner in fields.items()}
    if isinstance(value, Sequence):
        return [without_secrets(each) for each in cast("Sequence[object]", value)]
    return value


def with_secrets_of(stored: object, edited: object, name: str = "") -> object:
    """Returns what somebody made of JSON values that he saw masked, with the secrets he left alone.

    >>> with_secrets_of({"to": "ada", "token": "c2VjcmV0"}, {"to": "bob", "token": "***"})
    {'to': 'bob', 'token': 'c2VjcmV0'}

    Raises:
        ValueError: there are stars where a secret would have to be, and none is known there.
    """
    if edited == _field(name, stored):
        return stored
    if isinstance(edited, Mapping):
        known = cast("Mapping[str, object]", stored if isinstance(stored, Mapping) else {})
        fields = cast("Mapping[str, object]", edited)
        return {key: with_secrets_of(known.get(key), inner, key) for key, inner in fields.items()}
    if isinstance(edited, list):  # who changes a list says its secrets: it may have another order
        return [with_secrets_of(None, each) for each in cast("list[object]", edited)]
    if edited == MASK and is_secret(name):
        raise ValueError(f"{name}: the stars stand for a secret that is not known here: write it")
    return edited


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


def _field(name: str, value: object) -> object:
    is_told = value in (None, "") or not is_secret(name)
    return without_secrets(value) if is_told else MASK
