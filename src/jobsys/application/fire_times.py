"""Fire times as people read them: in UTC, on the clock of the rule's zone, and what it does there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from jobsys.domain.schedule_rule import Gap, ScheduleRule
from jobsys.ports.triggers import Triggers


@dataclass(frozen=True, slots=True)
class FireTime:
    """One fire time: in UTC, and as the zone's clock shows it.

    The note says that the clock is changed there: "gap: …" or "overlap: …"; else it is empty.
    """

    at: datetime
    local: datetime
    note: str = ""


def fire_times(rule: ScheduleRule, triggers: Triggers, after: datetime) -> Iterator[FireTime]:
    """Yields the fire times of a rule later than an instant.

    Raises:
        InvalidSchedule: the rule cannot be read.
    """
    all_said = rule.model_copy(update={"gap": Gap.AFTER})
    while at := triggers.next_after(rule, after):
        local = at.astimezone(ZoneInfo(rule.timezone))
        left_out = triggers.next_after(all_said, after) if rule.gap is Gap.SKIP else None
        if left_out is not None and left_out < at:
            note = f"gap: none on {left_out.astimezone(local.tzinfo):%Y-%m-%d}"
        else:
            note = "" if rule.cron is None else _note(local)
        yield FireTime(at, local, note)
        after = at


def never(rule: ScheduleRule) -> str:
    """Returns why a rule never fires."""
    if rule.at is not None:
        return f"{rule.at.isoformat()} is over"
    if rule.end is not None:
        return f"it has no fire time up to its end, {rule.end.isoformat()}"
    return f"cron {rule.cron!r} matches no day"


def _note(local: datetime) -> str:
    """Returns what a clock does at an instant, or does twice."""
    before = (_utc(local) - datetime.resolution).astimezone(local.tzinfo)
    shown = (before + datetime.resolution).replace(tzinfo=None)
    if shown < local.replace(tzinfo=None):
        return f"gap: the clock goes from {shown:%H:%M} to {local:%H:%M}"
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return f"overlap: the {'second' if local.fold else 'first'} {local:%H:%M}"
    return ""


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)
