"""Alerts, and where they arrive."""

from jobsys.domain.alert import Alert, AlertSeverity
from jobsys.domain.dead_letter import Cause
from jobsys.domain.job_id import JobId
from jobsys.domain.status import Reason
from jobsys.ports.alerts import AlertSink
from jobsys.testing.virtual_clock import START

CAUSE = Cause("mails", "greet", Reason.EXHAUSTED, "ValueError")
HIGH = AlertSeverity.HIGH


class KeptAlerts(AlertSink):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[Alert] = []

    async def send(self, alert: Alert) -> None:
        self.sent.append(alert)

    @property
    def counts(self) -> list[int]:
        return [alert.count for alert in self.sent]


def alert(
    text: str = "no luck", cause: Cause = CAUSE, severity: AlertSeverity = HIGH, key: str = "job"
) -> Alert:
    """Returns an alert of one dead letter."""
    return Alert(severity, text, cause, JobId.of(cause.queue, key), START)
