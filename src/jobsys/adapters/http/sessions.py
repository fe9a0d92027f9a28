"""Who has logged in with a browser."""

from collections import OrderedDict
from collections.abc import Callable
from secrets import token_urlsafe
from time import monotonic
from typing import Final

from jobsys.adapters.http.tokens import digest
from jobsys.domain.principal import Principal

COOKIE: Final = "jobsys_session"
IDLE: Final = 30 * 60.0
"""Seconds after which a session that nobody uses is over."""
MOST: Final = 20
"""Beyond so many of one principal, that which was not used for longest is over."""


class Sessions:
    """The sessions of this process, by digests of their ids; a restart ends them all."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._open: OrderedDict[bytes, tuple[Principal, float]] = OrderedDict()

    def begin(self, principal: Principal) -> str:
        """Returns the id of a new session, which only its browser keeps."""
        session = token_urlsafe(32)
        theirs = [key for key, (whose, _) in self._open.items() if whose.name == principal.name]
        if len(theirs) >= MOST:
            del self._open[theirs[0]]
        self._open[digest(session)] = principal, self._now()
        return session

    def holder(self, session: str) -> Principal | None:
        """Returns whose session this is, and lets it go on; None once it is over."""
        key = digest(session)
        if not self.is_open(session):
            return None
        principal, _ = self._open[key]
        self._open[key] = principal, self._now()
        self._open.move_to_end(key)
        return principal

    def is_open(self, session: str) -> bool:
        """Says whether a session goes on, which does not keep it from ending."""
        key = digest(session)
        known = self._open.get(key)
        if known is not None and self._now() - known[1] >= IDLE:
            del self._open[key]
            return False
        return known is not None

    def end(self, session: str) -> None:
        """Ends a session; one that is over already stays so."""
        self._open.pop(digest(session), None)
