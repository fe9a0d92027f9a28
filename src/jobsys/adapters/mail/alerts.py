"""Alerts as mails."""

from collections.abc import Sequence

from jobsys.domain.alert import Alert
from jobsys.domain.mail import Mail, MailContent, Sender
from jobsys.ports.alerts import AlertSink
from jobsys.ports.mailer import Mailer


class MailAlertSink(AlertSink):
    """Sends each alert as one mail to all recipients."""

    def __init__(self, mailer: Mailer, sender: Sender, to: Sequence[str]) -> None:
        self._mailer = mailer
        self._sender = sender
        self._to = to

    async def send(self, alert: Alert) -> None:
        content = MailContent(_subject(alert), alert.body)
        key = f"alert-{alert.severity}-{alert.job_id}-{alert.at.timestamp():.6f}"
        await self._mailer.send(Mail(key, self._sender, self._to, content, alert.at))


def _subject(alert: Alert) -> str:
    """Returns what may stand in a header, whatever the names of errors hold."""
    told = "".join(sign if sign.isprintable() else " " for sign in alert.headline)
    return f"[jobsys] {alert.severity}: {told}".replace("=?", "= ?")
