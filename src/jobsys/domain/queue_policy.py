"""How a queue takes jobs in and gives them out, the same for every process that uses it."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final, TypedDict

from pydantic import BaseModel, Field

from jobsys.domain.duration import Duration
from jobsys.domain.instants import span_ms
from jobsys.domain.retention import FOR_EVER

AGED_SHARE: Final = 4
"""Of so many jobs that are claimed while some have waited too long, one is such a one."""


def aged_share(owed: int, limit: int) -> tuple[int, int]:
    """Returns how many of `limit` claims go to jobs that have waited too long, and what is owed then.

    `owed` counts claims that went to others; nought at first.

    >>> aged_share(3, 6)
    (2, 1)
    """
    return divmod(owed + limit, AGED_SHARE)


class QueuePolicy(BaseModel, frozen=True, extra="forbid"):
    """What an operator may set of a queue; as it stands here, a queue of which nothing was set."""

    paused: bool = Field(default=False, description="Nothing is claimed; jobs still come in.")
    closed: bool = Field(
        default=False, description="No new job is taken in; what waits is still claimed."
    )
    max_jobs: int = Field(
        default=0, ge=0, description="How many jobs may wait; 0: as many as come."
    )
    wait_for_room: Duration = Field(
        default=timedelta(0),
        ge=timedelta(0),
        le=FOR_EVER,
        description="How long a submit to a full queue waits for room before it is refused.",
    )
    age_after: Duration | None = Field(
        default=None,
        ge=timedelta(milliseconds=1),
        le=FOR_EVER,
        description="How long a job may wait behind more urgent ones; then one in four claims is"
        " for such jobs.",
    )
    paused_types: frozenset[str] = Field(
        default=frozenset(), description="Types whose jobs are held back."
    )

    @property
    def fields(self) -> dict[str, str]:
        """How it is written down: what was set, as texts.

        >>> QueuePolicy(paused=True, age_after=timedelta(seconds=30)).fields
        {'paused': '1', 'age_after': '30000'}
        """
        return {name: _text(value) for name, value in self if value != _DEFAULTS[name]}


class PolicyChange(TypedDict, total=False):
    """What may be set of a queue; `QueuePolicy` says what each means."""

    paused: bool
    closed: bool
    max_jobs: int
    wait_for_room: timedelta | str
    age_after: timedelta | str | None


def policy_of(fields: Mapping[str, str]) -> QueuePolicy:
    """Returns the policy that texts tell of; what cannot be read counts as not set.

    >>> policy_of({"max_jobs": "10", "age_after": "soon"}).fields
    {'max_jobs': '10'}
    """
    told: dict[str, object] = {}
    for name, read in _READ.items():
        with suppress(KeyError, ValueError, OverflowError):
            value = read(fields[name])
            QueuePolicy.model_validate({name: value})
            told[name] = value
    return QueuePolicy.model_validate(told)


def known_fields() -> Collection[str]:
    """Returns the names of the fields that this release writes; others are a later one's."""
    return _READ.keys()


def _text(value: bool | int | timedelta | frozenset[str]) -> str:
    if isinstance(value, timedelta):
        return str(span_ms(value))
    return str(int(value)) if isinstance(value, int) else " ".join(sorted(value))


def _flag(text: str) -> bool:
    return text == "1"


def _span(text: str) -> timedelta:
    return timedelta(milliseconds=int(text))


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_READ: Final[Mapping[str, Callable[[str], object]]] = {
    "paused": _flag,
    "closed": _flag,
    "max_jobs": int,
    "wait_for_room": _span,
    "age_after": _span,
    "paused_types": _names,
}
DEFAULT_POLICY: Final = QueuePolicy()
_DEFAULTS: Final = dict(DEFAULT_POLICY)
