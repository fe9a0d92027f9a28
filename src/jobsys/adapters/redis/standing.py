"""A job's standing as the text that the scripts keep; the format stands in `_prelude.lua`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from jobsys.domain.instants import from_ms, stored_ms
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import Standing
from jobsys.domain.status import DELAYED, LEASED, JobStatus, Reason

LETTERS: Final[Mapping[JobStatus, str]] = {
    JobStatus.SCHEDULED: "S",
    JobStatus.QUEUED: "Q",
    JobStatus.BLOCKED: "B",
    JobStatus.PROCESSING: "P",
    JobStatus.CANCELLING: "X",
    JobStatus.RETRYING: "R",
    JobStatus.COMPLETED: "C",
    JobStatus.FAILED: "F",
    JobStatus.CANCELLED: "D",
}
STATUSES: Final = {letter: status for status, letter in LETTERS.items()}
_LEASED: Final = {LETTERS[status] for status in LEASED}
_LEVELS: Final = {level.label: level for level in JobPriority}
LABELS: Final = {level: level.label for level in JobPriority}
_REASONS: Final[Mapping[str, Reason | None]] = {"-": None, **{r.value: r for r in Reason}}


def held_as(standing: Standing) -> str:
    """Returns the beginning of a leased job's state, which nobody else's lease has."""
    since = stored_ms(standing.changed_at)
    return f"{LETTERS[standing.status]} {standing.token} {standing.lane} {since} "


def tail_of(standing: Standing) -> str:
    """Returns the part of a state that only the domain changes."""
    return (
        f"{standing.attempts} {standing.crashes} {standing.alone:d} {LABELS[standing.priority]}"
        f" {_ms(standing.started_at)} {_ms(standing.held_at)} {standing.reason or '-'}"
        f" {standing.percent} {standing.message}"
    )


def fresh(level: str, created_at: datetime) -> Standing:
    """Returns the standing of a job that has no state yet: queued, and never touched."""
    return Standing(JobStatus.QUEUED, _LEVELS[level], created_at)


def parsed(state: bytes) -> Standing:
    """Returns the standing that a state says.

    Raises:
        ValueError: the text is no state.
    """
    (
        letter, token, holder, since, attempts, crashes, alone, level, started, held, reason,
        percent, message,
    ) = state.decode().split(" ", 12)  # fmt: skip
    try:
        status, at = STATUSES[letter], from_ms(int(since))
        return Standing(
            status,
            _LEVELS[level],
            at,
            int(token),
            holder if holder != "-" and (status in LEASED or status.is_final) else "",
            from_ms(int(holder)) if status in DELAYED and holder != "-" else None,
            int(attempts),
            int(crashes),
            alone == "1",
            at if status in LEASED else _instant(started),
            _instant(held),
            _REASONS.get(reason),  # a later release may know more of them
            int(percent),
            message,
        )
    except KeyError as error:
        raise ValueError(f"unknown word {error} in the state") from error


def salvaged(state: bytes) -> Standing | None:
    """Returns what the head of a broken state still says, enough to settle the job's lease."""
    try:
        letter, token, holder, since = (word.decode() for word in state.split(b" ", 4)[:4])
        lane = holder if letter in _LEASED else ""
        at = from_ms(int(since))
        return Standing(STATUSES[letter], JobPriority.NORMAL, at, int(token), lane)
    except (ValueError, KeyError, OverflowError):
        return None


def _ms(instant: datetime | None) -> int:
    return 0 if instant is None else stored_ms(instant)


def _instant(milliseconds: str) -> datetime | None:
    return None if milliseconds == "0" else from_ms(int(milliseconds))
