"""Mail that goes out by SMTP, if aiosmtplib is installed."""

from jobsys.adapters.smtp.server import smtp_server
from jobsys.domain.mail import Mail
from jobsys.domain.mail_format import rendered
from jobsys.ports.errors import MissingExtra
from jobsys.ports.mailer import Mailer


class SmtpMailer(Mailer):
    """Hands each mail over in a connection of its own; `smtp_server` says what the URL may be.

    Certificates are always checked. aiosmtplib is imported at the first mail.

    Raises:
        ConfigurationError: the URL cannot be read.

    """

    def __init__(self, url: str) -> None:
        self._server = smtp_server(url)

    async def send(self, mail: Mail) -> None:
        try:
            from jobsys.adapters.smtp.delivery import deliver  # noqa: PLC0415 (it may be missing)
        except ModuleNotFoundError as error:
            command = "python -m pip install 'jobsys[email]'"
            raise MissingExtra(f"mail by SMTP needs aiosmtplib: run {command}") from error
        await deliver(self._server, mail.sender.address, mail.to, rendered(mail))
