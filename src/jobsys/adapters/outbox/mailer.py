"""Mail that goes into a folder instead of out: for development, tests and hand-over by others."""

import asyncio
from urllib.parse import quote

from jobsys.domain.errors import FileProcessingFailed, FileRejected
from jobsys.domain.mail import Mail
from jobsys.domain.mail_format import rendered
from jobsys.ports.errors import MailerUnavailable
from jobsys.ports.file_store import FileStore
from jobsys.ports.mailer import Mailer


class OutboxMailer(Mailer):
    """Writes each mail as `KEY.eml` into a folder of the store; the same key replaces its file."""

    def __init__(self, files: FileStore, folder: str) -> None:
        self._files = files
        self._folder = folder

    async def send(self, mail: Mail) -> None:
        # A key cannot lead out of the folder: quoted, it has no slash in it.
        path = f"{self._folder}/{quote(mail.key, safe=':')}.eml"
        await asyncio.to_thread(self._put, path, rendered(mail))

    def _put(self, path: str, content: bytes) -> None:
        try:
            with self._files.write(path) as file:
                file.write(content)
        except (FileRejected, FileProcessingFailed) as error:
            raise MailerUnavailable(f"the outbox does not take the mail: {error}") from error
