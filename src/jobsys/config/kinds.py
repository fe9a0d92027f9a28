"""The kinds of values that settings have beside the plain ones."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from jobsys.domain.duration import Duration
from jobsys.domain.errors import InvalidName
from jobsys.domain.names import checked_name, normalised
from jobsys.domain.priority import JobPriority

_LOG_LEVELS: Final = {"WARN": "WARNING", "FATAL": "CRITICAL", "TRACE": "DEBUG"}


def _queue_name(given: object) -> object:
    try:
        return checked_name("queue", given) if isinstance(given, str) else given
    except InvalidName as error:
        raise ValueError(str(error)) from None


def _job_type(given: str) -> str:
    try:
        return normalised(checked_name("job type", given))
    except InvalidName as error:
        raise ValueError(str(error)) from None


def _priority(given: object) -> object:
    if not isinstance(given, str):
        return given
    if given.upper() not in JobPriority.__members__:
        names = ", ".join(priority.label for priority in JobPriority)
        raise ValueError(f"{given!r} is no level: write one of {names}")
    return JobPriority[given.upper()]


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder: make it, or unset PROMETHEUS_MULTIPROC_DIR")
    return folder


def _log_level(given: object) -> object:
    return _LOG_LEVELS.get(given.upper(), given.upper()) if isinstance(given, str) else given


Seconds = Annotated[Duration, Field(gt=timedelta(0))]
QueueName = Annotated[str, BeforeValidator(_queue_name)]
JobTypeName = Annotated[str, AfterValidator(_job_type)]
Level = Annotated[
    JobPriority,
    BeforeValidator(_priority),
    PlainSerializer(lambda priority: priority.label, when_used="json"),
]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_log_level)
]
ExistingFolder = Annotated[Path, AfterValidator(_existing)]
