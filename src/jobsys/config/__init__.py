"""The settings: the only place that reads the environment and the files that are meant for it."""

from jobsys.config.archive import ArchiveSettings
from jobsys.config.arguments import SettingsArguments, WorkerArguments
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
from jobsys.config.settings import Settings
from jobsys.config.webhooks import WebhookSettings
from jobsys.config.worker import WorkerSettings

__all__ = [
    "AlertSettings",
    "ArchiveSettings",
    "BackgroundSettings",
    "CircuitSettings",
    "DashboardSettings",
    "JobLogSettings",
    "LogSettings",
    "MailSettings",
    "MetricsSettings",
    "QueueSettings",
    "SchedulerSettings",
    "Settings",
    "SettingsArguments",
    "TokenSettings",
    "WebhookSettings",
    "WorkerArguments",
    "WorkerSettings",
]
