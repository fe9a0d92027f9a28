"""The settings: the only place that reads the environment."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, TypedDict, Unpack

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from jobsys.domain.duration import Duration
from jobsys.domain.errors import ConfigurationError, InvalidName
from jobsys.domain.factory import explained
from jobsys.domain.names import checked_name


def _queue_name(given: object) -> object:
    try:
        return checked_name("queue", given) if isinstance(given, str) else given
    except InvalidName as error:
        raise ValueError(str(error)) from None


def _existing(folder: Path | None) -> Path | None:
    if folder is not None and not folder.is_dir():
        raise ValueError(f"{folder} is no folder: make it, or unset PROMETHEUS_MULTIPROC_DIR")
    return folder


Seconds = Annotated[Duration, Field(gt=timedelta(0))]
QueueName = Annotated[str, BeforeValidator(_queue_name)]


class WorkerSettings(BaseModel):
    """How this process runs jobs; with `enabled=False` it only submits and looks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = True
    concurrency: Annotated[int, Field(ge=1, le=10_000)] = 10
    queues: tuple[QueueName, ...] = ()
    lease_for: Seconds = timedelta(seconds=10)
    renew_every: Seconds | None = None
    grace: Annotated[Duration, Field(ge=timedelta(0))] = timedelta(seconds=25)
    crash_limit: Annotated[int, Field(ge=1, le=100)] = 3

    @property
    def renewal_pause(self) -> timedelta:
        """Is `renew_every`, else so short that two renewals may fail before a lease runs out."""
        return self.renew_every or self.lease_for * 0.3

    @model_validator(mode="after")
    def _check(self) -> "WorkerSettings":
        if self.renewal_pause >= self.lease_for:
            raise ValueError("renew_every must be shorter than lease_for: a third of it is good")
        return self


class MetricsSettings(BaseModel):
    """What is counted, and where it is served: nowhere, unless there is a port."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = True
    namespace: Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]{0,63}$")] = "jobsys"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    collection_interval: Seconds = timedelta(seconds=15)
    shared_folder: Annotated[Path | None, AfterValidator(_existing)] = Field(
        default_factory=lambda: os.environ.get("PROMETHEUS_MULTIPROC_DIR"), validate_default=True
    )
    """Where several processes add up; by default what Prometheus' own variable names."""


class MetricsArguments(TypedDict, total=False):
    """What `Settings(metrics={…})` takes."""

    enabled: bool
    namespace: str
    host: str
    port: int | None
    collection_interval: timedelta | str
    shared_folder: Path | str | None


class WorkerArguments(TypedDict, total=False):
    """What `Settings(worker={…})` takes; durations also as texts with units, such as "10s"."""

    enabled: bool
    concurrency: int
    queues: list[str] | tuple[str, ...]
    lease_for: timedelta | str
    renew_every: timedelta | str
    grace: timedelta | str
    crash_limit: int


class SettingsArguments(TypedDict, total=False):
    """What `Settings(…)` takes."""

    backend: str
    namespace: str
    keep_last: int
    max_payload: int
    max_depth: int
    files: list[Path | str] | tuple[Path | str, ...]
    worker: WorkerSettings | WorkerArguments
    metrics: MetricsSettings | MetricsArguments


class Settings(BaseSettings):
    """Everything that can be set, by argument or, where no argument says it, by the environment.

    `JOBSYS_BACKEND`, `JOBSYS_WORKER__CONCURRENCY`, …: nested names are joined by two underscores.

    >>> Settings(backend="memory://", worker={"concurrency": 4}).worker.concurrency
    4

    Raises:
        ConfigurationError: a value is not valid; every wrong one is named.

    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="JOBSYS_", env_nested_delimiter="__"
    )

    backend: Annotated[str, Field(repr=False)] = "sqlite:///jobs.db"
    namespace: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")] = "jobs"
    keep_last: Annotated[int, Field(ge=0)] = 10_000
    max_payload: Annotated[int, Field(ge=64)] = 256 * 1024
    max_depth: Annotated[int, Field(ge=1, le=200)] = 64
    files: tuple[Path, ...] = ()
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    metrics: MetricsSettings = Field(default_factory=MetricsSettings)

    def __init__(self, **given: Unpack[SettingsArguments]) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise ConfigurationError(f"settings: {explained(error)}") from error
        except SettingsError as error:
            raise ConfigurationError(
                f"settings: {error}; lists and groups in the environment are JSON,"
                " such as JOBSYS_WORKER__QUEUES='[\"emails\"]'"
            ) from error
