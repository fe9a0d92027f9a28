"""What `Settings(…)` takes, for type checkers; durations also as texts with units."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypedDict

from jobsys.config.archive import ArchiveArguments, ArchiveSettings
from jobsys.config.dashboard import DashboardSettings, TokenSettings
from jobsys.config.failures import AlertSettings, CircuitSettings
from jobsys.config.groups import (
    BackgroundSettings,
    MailSettings,
    MetricsSettings,
    QueueSettings,
    SchedulerSettings,
)
from jobsys.config.logs import JobLogSettings, LogSettings
from jobsys.config.webhooks import WebhookArguments, WebhookSettings
from jobsys.config.worker import ChildSettings, WorkerSettings
from jobsys.domain.alert import AlertSeverity
from jobsys.domain.principal import Role
from jobsys.domain.priority import JobPriority
from jobsys.domain.retry import RetryPolicy


class WorkerArguments(TypedDict, total=False):
    """What `Settings(worker={…})` takes."""

    enabled: bool
    concurrency: int
    processes: int
    uvloop: bool
    gc_threshold: int
    queues: list[str] | tuple[str, ...]
    slots: Mapping[str, int]
    pool: Literal["tasks", "threads"]
    lease_for: timedelta | str
    renew_every: timedelta | str
    grace: timedelta | str
    crash_limit: int


class ChildArguments(TypedDict, total=False):
    """What `Settings(children={…})` takes."""

    recycle_after_jobs: int
    recycle_above: int | None


class RetryArguments(TypedDict, total=False):
    """What `Settings(retry={…})` takes."""

    max_attempts: int
    base: timedelta | str
    factor: float
    cap: timedelta | str
    jitter: Literal["full", "none"]
    delays: Sequence[timedelta | str]
    fail_on: Sequence[str | type[BaseException]]
    discard_on: Sequence[str | type[BaseException]]
    snooze_on: Mapping[str | type[BaseException], timedelta | str]


class CircuitArguments(TypedDict, total=False):
    """What `Settings(circuit={…})` takes."""

    failures: int
    recover_after: timedelta | str


class QueueArguments(TypedDict, total=False):
    """What `Settings(queues={"emails": {…}})` takes."""

    levels: Sequence[JobPriority | str]
    max_jobs: int
    concurrency: int


class SchedulerArguments(TypedDict, total=False):
    """What `Settings(scheduler={…})` takes."""

    enabled: bool
    cleanup_interval: timedelta | str


class MetricsArguments(TypedDict, total=False):
    """What `Settings(metrics={…})` takes."""

    enabled: bool
    namespace: str
    host: str
    port: int | None
    collection_interval: timedelta | str
    wanted_within: timedelta | str
    shared_folder: Path | str | None


class LogArguments(TypedDict, total=False):
    """What `Settings(log={…})` takes."""

    level: str
    format: Literal["console", "json"]


class JobLogArguments(TypedDict, total=False):
    """What `Settings(job_log={…})` takes."""

    enabled: bool
    level: str


class BackgroundArguments(TypedDict, total=False):
    """What `Settings(background={…})` takes."""

    limit: int


class MailArguments(TypedDict, total=False):
    """What `Settings(mail={…})` takes."""

    outbox: Path | str
    smtp: str
    sender: str
    sender_name: str
    templates: Path | str


class AlertArguments(TypedDict, total=False):
    """What `Settings(alerts={…})` takes."""

    to: list[str] | tuple[str, ...]
    min_severity: AlertSeverity | str
    window: timedelta | str


class DashboardArguments(TypedDict, total=False):
    """What `Settings(dashboard={…})` takes."""

    host: str
    port: int
    tokens: Sequence[TokenSettings | Mapping[str, object]]
    anonymous: Role | str | None
    proxies: Sequence[str]
    submits_per_minute: int
    max_body: int


class SettingsArguments(TypedDict, total=False):
    """What `Settings(…)` takes."""

    config: Path | str
    env: str
    backend: str
    namespace: str
    strict_durability: bool
    keep_last: int
    max_payload: int
    max_result: int
    max_depth: int
    files: list[Path | str] | tuple[Path | str, ...]
    timeout: timedelta | str
    retry: RetryPolicy | RetryArguments
    circuit: CircuitSettings | CircuitArguments
    worker: WorkerSettings | WorkerArguments
    children: ChildSettings | ChildArguments
    queues: Mapping[str, QueueSettings | QueueArguments]
    scheduler: SchedulerSettings | SchedulerArguments
    metrics: MetricsSettings | MetricsArguments
    log: LogSettings | LogArguments
    job_log: JobLogSettings | JobLogArguments
    mail: MailSettings | MailArguments
    alerts: AlertSettings | AlertArguments
    webhooks: WebhookSettings | WebhookArguments
    archive: ArchiveSettings | ArchiveArguments
    background: BackgroundSettings | BackgroundArguments
    dashboard: DashboardSettings | DashboardArguments
