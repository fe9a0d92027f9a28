"""Everything that can be set, and how it becomes one object."""

from datetime import timedelta
from pathlib import Path
from typing import Unpack, cast

from pydantic import Field, PrivateAttr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from jobsys.config.archive import ArchiveSettings
from jobsys.config.arguments import SettingsArguments
from jobsys.config.dashboard import DashboardSettings
from jobsys.config.environment import DELIMITER, PREFIX
from jobsys.config.failures import AlertSettings, CircuitSettings
from jobsys.config.fields import by_path
from jobsys.config.groups import (
    BackgroundSettings,
    MailSettings,
    MetricsSettings,
    QueueSettings,
    SchedulerSettings,
)
from jobsys.config.kinds import QueueName, Seconds
from jobsys.config.layers import Found, KeyPath, Layer, nested
from jobsys.config.logs import JobLogSettings, LogSettings
from jobsys.config.problems import told
from jobsys.config.sources import gathered
from jobsys.config.webhooks import WebhookSettings
from jobsys.config.worker import ChildSettings, WorkerSettings
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.retry import RetryPolicy


class Settings(BaseSettings):
    """Everything that can be set: by argument, else by the environment, else by a file.

    `JOBSYS_BACKEND`, `JOBSYS_WORKER__CONCURRENCY`, …: nested names are joined by two underscores.
    `Settings(config="jobsys.yaml")`, or `JOBSYS_CONFIG`, names the file; none is looked for.

    >>> Settings(backend="memory://", worker={"concurrency": 4}).worker.concurrency
    4

    Raises:
        ConfigurationError: a value is not valid; every wrong one is named, with its place.

    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
        env_ignore_empty=True,
    )

    config: Path | None = Field(
        default=None, description="The settings file, YAML or TOML; none is looked for."
    )
    env: str = Field(
        default="development",
        description="Where this runs; `production` logs warnings and errors only.",
    )
    backend: str = Field(
        default="sqlite:///jobs.db",
        repr=False,
        description="Where jobs are kept, as a URL; with `REDIS_HOST` set, that Redis.",
    )
    namespace: str = Field(
        default="jobs",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
        description="How the names of everything that the backend stores begin.",
    )
    strict_durability: bool = Field(
        default=False,
        description="Whether a backend that may lose accepted jobs is refused at the start.",
    )
    keep_last: int = Field(
        default=10_000, ge=0, description="How many ended jobs a queue keeps at most."
    )
    max_payload: int = Field(
        default=256 * 1024, ge=64, description="The largest payload, in bytes."
    )
    max_result: int = Field(
        default=256 * 1024, ge=64, description="The largest result of a job, in bytes of JSON."
    )
    max_depth: int = Field(
        default=64, ge=1, le=200, description="How deep a payload may be nested."
    )
    files: tuple[Path, ...] = Field(
        default=(), description="The folders that file jobs may touch; none: no file job runs here."
    )
    timeout: Seconds = Field(
        default=timedelta(minutes=5),
        description="How long an attempt may take, unless its class says so.",
    )
    retry: RetryPolicy = RetryPolicy()
    circuit: CircuitSettings = CircuitSettings()
    worker: WorkerSettings = WorkerSettings()
    children: ChildSettings = ChildSettings()
    queues: dict[QueueName, QueueSettings] = Field(default_factory=dict[str, QueueSettings])
    scheduler: SchedulerSettings = SchedulerSettings()
    metrics: MetricsSettings = MetricsSettings()
    log: LogSettings = LogSettings()
    job_log: JobLogSettings = JobLogSettings()
    mail: MailSettings = MailSettings()
    alerts: AlertSettings = AlertSettings()
    webhooks: WebhookSettings = WebhookSettings()
    archive: ArchiveSettings = ArchiveSettings()
    background: BackgroundSettings = BackgroundSettings()
    dashboard: DashboardSettings = DashboardSettings()

    _found: Layer = PrivateAttr(default_factory=dict[KeyPath, Found])

    def __init__(self, **given: Unpack[SettingsArguments]) -> None:
        found = gathered(type(self), given)
        try:
            super().__init__(**cast("SettingsArguments", nested(found)))
        except ValidationError as error:
            known = by_path(type(self))
            raise ConfigurationError(f"settings: {told(error, found, known)}") from error
        self._found = found

    @property
    def found(self) -> Layer:
        """All that was said, each value with its place; what nobody said has its default."""
        return self._found

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *others: PydanticBaseSettingsSource,
        **named: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leaves one source, what `__init__` has gathered: there each value has its place."""
        return (init_settings,)
