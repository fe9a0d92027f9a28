"""Alerts as log lines."""

import logging
from collections.abc import Mapping
from typing import Final

from jobsys.domain.alert import Alert, AlertSeverity
from jobsys.ports.alerts import AlertSink

log = logging.getLogger("jobsys.alerts")

LEVELS: Final[Mapping[AlertSeverity, int]] = {
    AlertSeverity.LOW: logging.INFO,
    AlertSeverity.MEDIUM: logging.WARNING,
    AlertSeverity.HIGH: logging.ERROR,
    AlertSeverity.CRITICAL: logging.CRITICAL,
}


class LogAlertSink(AlertSink):
    """Writes each alert as one record, the more severe the higher its level."""

    async def send(self, alert: Alert) -> None:
        told = {"job_id": alert.job_id, "queue": alert.cause.queue}
        log.log(
            LEVELS[alert.severity], "%s: %s", alert.headline, _printable(alert.text), extra=told
        )


def _printable(text: str) -> str:
    """Returns a text that begins no line of its own, and cannot steer a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
