"""What is done with aiosmtplib. Import it only where it may be missing and that is handled."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from jobsys.adapters.smtp.server import SmtpServer
from jobsys.domain.errors import MailRefused
from jobsys.ports.errors import MailerUnavailable


async def deliver(server: SmtpServer, sender: str, to: Sequence[str], content: bytes) -> None:
    """Does what the port promises."""
    client = _client(server)
    try:
        with _translated(server):
            await client.connect()
            await client.mail(sender)
            # One refusal is the end, before any content is sent: otherwise a second attempt would
            # send again to those who have the mail.
            for recipient in to:
                await client.rcpt(recipient)
            await client.data(content)
        with suppress(SMTPException, OSError):  # the mail is out, however they part
            await client.quit()
    finally:
        client.close()


def _client(server: SmtpServer) -> SMTP:
    return SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user or None,
        password=server.password or None,
        timeout=server.timeout.total_seconds(),
        use_tls=server.tls == "ssl",
        start_tls=server.tls == "starttls",
        cert_bundle=server.ca or None,
    )


@contextmanager
def _translated(server: SmtpServer) -> Generator[None]:
    """Raises a lasting refusal of this mail as MailRefused, all else as MailerUnavailable."""
    where = f"the mail server {server.host}:{server.port}"
    try:
        yield
    except (SMTPSenderRefused, SMTPRecipientRefused, SMTPDataError) as error:
        said = f"{where} refuses {_refused(error)}: {error.code} {error.message}"
        raise (MailRefused if error.code >= 500 else MailerUnavailable)(said) from error
    except SMTPResponseException as error:
        raise MailerUnavailable(
            f"{where} refuses the connection: {error.code} {error.message}; check the URL's user,"
            " password and tls"
        ) from error
    except (SMTPException, OSError) as error:
        raise MailerUnavailable(f"{where} does not answer as it should: {error}") from error


def _refused(error: SMTPSenderRefused | SMTPRecipientRefused | SMTPDataError) -> str:
    if isinstance(error, SMTPSenderRefused):
        return f"the sender {error.sender}"
    return f"{error.recipient}" if isinstance(error, SMTPRecipientRefused) else "the mail"
