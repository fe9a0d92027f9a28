"""What callers may say in plain Python, and the checked values that it becomes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict

from pydantic import ValidationError

from jobsys.domain.duration import parse_duration
from jobsys.domain.errors import InvalidJob
from jobsys.domain.factory import explained
from jobsys.domain.options import NO_OPTIONS, JobOptions
from jobsys.domain.priority import JobPriority
from jobsys.domain.retention import Retention
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.unique import Unique


class JobDefaults(TypedDict, total=False):
    """What may be said of a job in the place of its class's defaults."""

    queue: str | None
    priority: JobPriority | str | None
    retry: RetryPolicy | None
    timeout: timedelta | str | None
    start_within: timedelta | str | None
    retention: Retention | None


class Options(JobDefaults, total=False):
    """The keyword arguments of a submit; `JobOptions` says what each means."""

    key: str | None
    unique: Unique | None
    delay: timedelta | str | None
    run_at: datetime | None


def job_options(given: Mapping[str, object]) -> JobOptions:
    """Returns checked options.

    Raises:
        InvalidJob: one is not valid; it is named.
    """
    if not given:
        return NO_OPTIONS
    try:
        return JobOptions.model_validate(given)
    except ValidationError as error:
        raise InvalidJob(f"options: {explained(error)}") from error
    except OverflowError as error:
        raise InvalidJob(f"options: a duration: {error}") from error


def seconds_of(duration: timedelta | str, name: str = "timeout") -> float:
    """Returns the seconds of a duration; `name` is what it is called where it is none.

    Raises:
        InvalidJob: it is none.
    """
    try:
        return parse_duration(duration).total_seconds()
    except ValueError as error:
        raise InvalidJob(f"{name}: {error}") from error
