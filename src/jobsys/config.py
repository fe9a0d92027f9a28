"""The settings: the only place that reads the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from jobsys.domain.duration import Duration
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.factory import explained

Seconds = Annotated[Duration, Field(gt=timedelta(0))]


class WorkerSettings(BaseModel):
    """How this process runs jobs; with `enabled=False` it only submits and looks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = True
    concurrency: Annotated[int, Field(ge=1, le=10_000)] = 10
    queues: tuple[str, ...] = ()
    lease_for: Seconds = timedelta(seconds=10)
    renew_every: Seconds = timedelta(seconds=3)
    grace: Annotated[Duration, Field(ge=timedelta(0))] = timedelta(seconds=25)
    crash_limit: Annotated[int, Field(ge=1, le=100)] = 3


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

    backend: str = "sqlite:///jobs.db"
    namespace: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")] = "jobs"
    keep_last: Annotated[int, Field(ge=0)] = 10_000
    max_payload: Annotated[int, Field(ge=64)] = 256 * 1024
    max_depth: Annotated[int, Field(ge=1, le=200)] = 64
    files: tuple[Path, ...] = ()
    worker: WorkerSettings = WorkerSettings()

    @model_validator(mode="wrap")
    @classmethod
    def _explain(cls, values: object, validate: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return validate(values)
        except ValidationError as error:
            raise ConfigurationError(f"settings: {explained(error)}") from error
