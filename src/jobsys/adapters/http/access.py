"""Who asks: by a token, by a session, or, on this host, by being there."""

import re
from collections.abc import Callable
from time import monotonic
from typing import Final

from fastapi import Request

from jobsys.adapters.http.limits import Window
from jobsys.adapters.http.refusals import (
    CrossSite,
    NotJson,
    TooMany,
    Unauthenticated,
    UnknownHost,
)
from jobsys.adapters.http.sessions import COOKIE, Sessions
from jobsys.adapters.http.tokens import TokenBook
from jobsys.config import DashboardSettings
from jobsys.config.dashboard import is_loopback
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.principal import Principal

FAILED_LOGINS: Final = 5
"""How many an address has in a minute."""
FAILED_TOKENS: Final = 60
"""How many wrong tokens an address may send in a minute: a program with an old one asks on."""
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
MARK: Final = "x-jobsys-request"
FORWARDED: Final = frozenset(
    {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"}
)
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::\d+)?")


class Access:
    """Knows who may ask, and whether a request comes from where it says.

    Raises:
        ConfigurationError: nobody may.
    """

    def __init__(self, settings: DashboardSettings, now: Callable[[], float] = monotonic) -> None:
        if not settings.tokens and settings.anonymous is None:
            raise ConfigurationError(
                "nobody could use the REST API: name tokens in dashboard.tokens, or let users of"
                " this host in by dashboard.anonymous (viewer, operator or admin)"
            )
        self.tokens = TokenBook(settings.tokens)
        self.sessions = Sessions(now)
        self._failed = Window(FAILED_LOGINS, now=now)
        self._wrong = Window(FAILED_TOKENS, now=now)
        self._anonymous = settings.anonymous

    def known(self, request: Request) -> tuple[Principal, str]:
        """Returns who asks, and by which session, if by one.

        Raises:
            Unauthenticated: nobody is known by what the request says.
            UnknownHost: it says nothing, and is not for this host.
            TooMany: its address has sent too many wrong tokens.
        """
        if said := _authorization(request):
            return self._holder(said, _address(request)), ""
        session = request.cookies.get(COOKIE, "")
        by_session = self.sessions.holder(session)
        if by_session is not None:
            return by_session, session
        return _somebody(self._here(request)), ""

    def check_logins(self, request: Request) -> str:
        """Returns the address of somebody who may try to log in.

        Raises:
            TooMany: it has tried too often.
        """
        address = _address(request)
        _check(self._failed, address, "too many logins have failed")
        return address

    def login(self, address: str, token: str) -> tuple[Principal, str]:
        """Returns whose token it is, and the id of a new session.

        Raises:
            Unauthenticated: nobody has this token.
        """
        known = self.tokens.holder(token)
        if known is None:
            self._failed.count(address)
        return _somebody(known), self.sessions.begin(_somebody(known))

    def _holder(self, said: str, address: str) -> Principal:
        _check(self._wrong, address, "too many tokens were wrong")
        scheme, _, token = said.partition(" ")
        known = self.tokens.holder(token.strip()) if scheme.lower() == "bearer" else None
        if known is None:
            self._wrong.count(address)
        return _somebody(known)

    def _here(self, request: Request) -> Principal | None:
        if self._anonymous is None:
            return None
        named = _HOST.fullmatch(request.headers.get("host", ""))
        here = request.client is not None and is_loopback(request.client.host)
        if not here or not FORWARDED.isdisjoint(request.headers.keys()):
            raise UnknownHost  # a proxy is on this host, those who come through it are not
        if named is None or not is_loopback(named[1].strip("[]")):
            raise UnknownHost  # a name of somebody else's that leads here
        return Principal("anonymous", self._anonymous)


def _check(window: Window, address: str, told: str) -> None:
    wait = window.wait(address)
    if wait:
        raise TooMany(told, wait)


def _address(request: Request) -> str:
    return request.client.host if request.client else "?"


def _somebody(known: Principal | None) -> Principal:
    if known is None:
        raise Unauthenticated
    return known


def check_origin(request: Request) -> None:
    """Lets a request pass that no page of another site can have made a browser send.

    Raises:
        CrossSite: it may be one.
        NotJson: its body is not said to be JSON.
    """
    if request.method in SAFE:
        return
    if not _authorization(request):
        if request.headers.get(MARK) != "1":
            raise CrossSite
        here = f"{request.scope['scheme']}://{request.headers.get('host', '')}"
        if request.headers.get("origin", here) != here:
            raise CrossSite("this comes from a page of another site")
    if _has_body(request) and _media_type(request) != "application/json":
        raise NotJson


def _authorization(request: Request) -> str:
    return request.headers.get("authorization", "").strip()


def _has_body(request: Request) -> bool:
    headers = request.headers
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
