"""Where a circuit stands, and what that means for its jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import TypeAdapter, ValidationError

from jobsys.domain.circuit import CircuitRule
from jobsys.domain.instants import LATEST_MS, from_ms
from jobsys.domain.value import value

UNTIL_CLOSED: Final = from_ms(LATEST_MS)
"""Until when a circuit is open that an operator has opened."""
KEPT_FOR: Final = timedelta(days=1)
"""How long a circuit is remembered of which nobody tells anything any more."""
LEAST_SPREAD: Final = timedelta(seconds=1)


class CircuitPhase(StrEnum):
    """What becomes of jobs: they run, they are held, or one of them tries."""

    CLOSED = "closed"
    HALF_OPEN = "half-open"
    OPEN = "open"


@value
class CircuitStatus:
    """A circuit as it is shown; `open_until` is None where it is closed, or open by hand.

    `last_error` is what the last of its failures in a row said, `failing_since` when the first one
    was told. `job_types` are the registered types that name it, with their queues. `back_within` is
    how long the jobs that it holds rest at most if it is closed, or has been closed now; None where
    it holds none, or no registered type names it.
    """

    name: str
    phase: CircuitPhase
    failures: int
    changed_at: datetime | None
    open_until: datetime | None
    by_hand: bool
    probes: Sequence[str]
    last_error: str = ""
    failing_since: datetime | None = None
    job_types: Mapping[str, str] = field(default_factory=dict[str, str])
    back_within: timedelta | None = None

    @property
    def row(self) -> str:
        """How many of its failures there are, in words."""
        return "1 failure" if self.failures == 1 else f"{self.failures} failures in a row"


@value
class CircuitState:
    """Where a circuit stands; all instants are the backend's.

    `failures` are those in a row, the first told at `failing_since`, the last with `last_error`,
    which is short and has no secrets. `changed_at` is when it opened or closed last. It is open until
    `open_until`, then half-open; None: it is closed. `probes` are the jobs that may try, and until
    when each keeps its right. After `kept_until` it is as new.
    """

    failures: int = 0
    changed_at: datetime | None = None
    open_until: datetime | None = None
    probes: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    kept_until: datetime | None = None
    last_error: str = ""
    failing_since: datetime | None = None

    @property
    def is_by_hand(self) -> bool:
        """True when an operator has opened it."""
        return self.open_until == UNTIL_CLOSED

    def phase(self, now: datetime) -> CircuitPhase:
        """Returns whether jobs run now."""
        if self.open_until is None:
            return CircuitPhase.CLOSED
        return CircuitPhase.OPEN if now < self.open_until else CircuitPhase.HALF_OPEN

    def status(self, name: str, now: datetime) -> CircuitStatus:
        """Returns what is shown of it."""
        return CircuitStatus(
            name,
            phase=self.phase(now),
            failures=self.failures,
            changed_at=self.changed_at,
            open_until=None if self.is_by_hand else self.open_until,
            by_hand=self.is_by_hand,
            probes=sorted(self.probing(now)),
            last_error=self.last_error,
            failing_since=self.failing_since,
        )

    def may_probe(self, rule: CircuitRule, job_id: str, now: datetime) -> bool:
        """Says whether a half-open circuit lets a job try: it may have the right already."""
        probing = self.probing(now)
        return job_id in probing or len(probing) < rule.probes

    def hold_for(self, rule: CircuitRule, now: datetime, draw: float) -> timedelta:
        """Returns how long a job rests that it keeps from running; `draw` spreads them.

        Until the time is up and up to a tenth of `recover_after` longer; while others probe, up to
        as long again as they have done so.

        >>> rule, now = CircuitRule("smtp"), from_ms(0)
        >>> CircuitState(open_until=from_ms(60_000)).hold_for(rule, now, 0.5).total_seconds()
        66.0
        >>> CircuitState(open_until=from_ms(-30_000)).hold_for(rule, now, 0.5).total_seconds()
        15.0
        """
        spread = max(rule.recover_after / 10, LEAST_SPREAD)
        if self.is_by_hand or self.open_until is None:
            return rule.recover_after / 2 + rule.recover_after / 2 * draw
        left = self.open_until - now
        return left + spread * draw if left > timedelta(0) else max(spread, -left) * draw

    def probing(self, now: datetime) -> Mapping[str, datetime]:
        """Returns the jobs that have the right to try, those left out that took too long."""
        return {job: until for job, until in self.probes.items() if until > now}

    def is_over(self, now: datetime) -> bool:
        """Says whether it need not be remembered any more."""
        return self.kept_until is not None and self.kept_until <= now

    def kept(self, now: datetime) -> "CircuitState":
        """Returns the circuit with the time for which it is remembered if nobody tells more."""
        until = max(now, self.open_until or now)
        return replace(self, kept_until=UNTIL_CLOSED if self.is_by_hand else until + KEPT_FOR)

    def opened(self, now: datetime, until: datetime) -> "CircuitState":
        """Returns the circuit as it opens."""
        return replace(self, changed_at=now, open_until=until, probes={})

    def failed(self, error: str, now: datetime) -> "CircuitState":
        """Returns the circuit after a failure that says this."""
        since = self.failing_since or now
        return replace(self, last_error=error or self.last_error, failing_since=since)

    def recovered(self) -> "CircuitState":
        """Returns the circuit without failures in a row."""
        return replace(self, failures=0, last_error="", failing_since=None)


def told(state: CircuitState) -> str:
    """Returns the text under which a circuit is stored."""
    return _STATE.dump_json(state).decode()


def read(text: str | bytes) -> CircuitState:
    """Returns the circuit that a text tells of; one that cannot be read is as new.

    >>> read(told(CircuitState(failures=3))).failures, read("nonsense").failures
    (3, 0)

    What another release has written is read as far as both know it.

    >>> read('{"failures": 3, "of_tomorrow": []}').failures
    3
    """
    try:
        return _STATE.validate_json(text)
    except ValidationError:
        return CircuitState()


_STATE: Final = TypeAdapter(CircuitState)
