"""Which adapter hands mail over."""

from jobsys.config import MailSettings
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.mailer import Mailer


def open_mailer(mail: MailSettings) -> Mailer:
    """Returns what hands mail over as the settings say.

    Raises:
        ConfigurationError: they do not say how, or the mail server's URL cannot be read.

    """
    if mail.smtp is not None:
        from jobsys.adapters.smtp.mailer import SmtpMailer  # noqa: PLC0415 (few processes send mail)

        return SmtpMailer(mail.smtp)
    if mail.outbox is None:
        raise ConfigurationError("no way out for mail is set: give mail.outbox or mail.smtp")
    from jobsys.adapters.filesystem.file_store import LocalFileStore  # noqa: PLC0415 (as above)
    from jobsys.adapters.outbox.mailer import OutboxMailer  # noqa: PLC0415 (as above)

    folder = mail.outbox.absolute()
    return OutboxMailer(LocalFileStore([folder.parent]), folder.name)
