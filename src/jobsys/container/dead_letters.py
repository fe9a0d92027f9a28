"""What is done about dead letters."""

from collections.abc import Callable

from dependency_injector.providers import Object, Singleton

from jobsys.adapters.log.alerts import LogAlertSink
from jobsys.adapters.mail.alerts import MailAlertSink
from jobsys.application.alerts import AlertOptions, Alerts
from jobsys.application.dead_letter_desk import DeadLetterDesk
from jobsys.application.dead_letters import DeadLetterBook
from jobsys.config import Settings
from jobsys.container.workers import Workers
from jobsys.domain.mail import Sender
from jobsys.ports.alerts import AlertSink
from jobsys.ports.mailer import Mailer


class DeadLetters(Workers):
    """The book of dead letters, and who is told of new ones."""

    def __init__(self, given: Settings) -> None:
        super().__init__(given)
        self.dead_letters = Singleton(
            DeadLetterBook, self.job_queue, self.job_inspector, self.intake
        )
        self.alert_sink = Singleton(open_alert_sink, Object(given), Object(self.mailer))
        options = AlertOptions(given.alerts.min_severity, given.alerts.window)
        self.alerts = Singleton(Alerts, self.alert_sink, options)
        self.dead_letter_desk = Singleton(
            DeadLetterDesk,
            self.job_inspector,
            self.dead_letters,
            self.alerts,
            self.reporter,
            tells_people=bool(given.alerts.to),
        )


def open_alert_sink(settings: Settings, mailer: Callable[[], Mailer]) -> AlertSink:
    """Returns what takes alerts to people: by mail, or, where nobody is named, into the log.

    Raises:
        ConfigurationError: somebody is named, and no way out for mail is set.
    """
    mail, to = settings.mail, settings.alerts.to
    if not to:
        return LogAlertSink()
    return MailAlertSink(mailer(), Sender(mail.sender, mail.sender_name), to)
