"""Sending mail."""

from abc import abstractmethod
from typing import Protocol

from jobsys.domain.mail import Mail


class Mailer(Protocol):
    """Hands mails over to whoever delivers them."""

    @abstractmethod
    async def send(self, mail: Mail) -> None:
        """Hands a mail over for all its recipients; when it raises, for none.

        Its headers are the sender, the recipients, the subject, the time and `mail.message_id`, and
        nothing that these might smuggle in. Text and HTML arrive as they are given. A mail sent
        again has the same `Message-ID` again.

        Raises:
            MailRefused: it will never be taken like this; trying again is of no use.
            MailerUnavailable: it was not taken now; whether it went out all the same is unknown.
            MissingExtra: the library for it is not installed.

        """
