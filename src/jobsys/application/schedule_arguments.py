"""What callers may say of a schedule in plain Python, and the checked values that it becomes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict, TypeVar, Unpack

from pydantic import BaseModel, ValidationError

from jobsys.application.arguments import JobDefaults, job_options
from jobsys.domain.errors import InvalidSchedule
from jobsys.domain.factory import explained
from jobsys.domain.options import JobOptions
from jobsys.domain.schedule_policy import Misfire, Overlap, SchedulePolicy
from jobsys.domain.schedule_rule import Fold, Gap, ScheduleRule

Value = TypeVar("Value", bound=BaseModel)


class RuleArguments(TypedDict, total=False):
    """When it fires; `ScheduleRule` says what each means."""

    cron: str | None
    every: timedelta | str | None
    at: datetime | None
    timezone: str
    gap: Gap | str
    fold: Fold | str
    start: datetime | None
    end: datetime | None
    max_runs: int | None
    jitter: timedelta | str | None


class JobArguments(JobDefaults, total=False):
    """What it does beside that, and its jobs' options; `SchedulePolicy` says what each means."""

    misfire: Misfire | str
    misfire_limit: int
    deadline: timedelta | str | None
    overlap: Overlap | str


class ScheduleArguments(RuleArguments, JobArguments, total=False):
    """The keyword arguments of `BackgroundJobService.schedule`."""


def schedule_rule(**given: Unpack[RuleArguments]) -> ScheduleRule:
    """Returns a checked rule.

    Raises:
        InvalidSchedule: it is not valid; the message says what mends it.
    """
    return rule_of(given)


def rule_of(given: Mapping[str, object]) -> ScheduleRule:
    """Returns the checked rule that arguments say among others.

    Raises:
        InvalidSchedule: it is not valid; the message says what mends it.
    """
    return _checked(ScheduleRule, given)


def policy_of(given: Mapping[str, object]) -> SchedulePolicy:
    """Returns the checked policy that arguments say among others.

    Raises:
        InvalidSchedule: it is not valid; the message says what mends it.
    """
    return _checked(SchedulePolicy, given)


def options_of(given: Mapping[str, object]) -> JobOptions:
    """Returns the checked options of the jobs: what belongs neither to a rule nor to a policy.

    Raises:
        InvalidJob: one is not valid; it is named.
    """
    not_theirs = ScheduleRule.model_fields.keys() | SchedulePolicy.model_fields.keys()
    return job_options({name: given[name] for name in given if name not in not_theirs})


def _checked(kind: type[Value], given: Mapping[str, object]) -> Value:
    try:
        return kind.model_validate({n: given[n] for n in kind.model_fields if n in given})
    except ValidationError as error:
        raise InvalidSchedule(f"schedule: {explained(error)}") from error
    except OverflowError as error:
        raise InvalidSchedule(f"schedule: {error}") from error
