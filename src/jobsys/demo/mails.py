"""The mails of a demo, and whether the outbox has each of them as it was meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Final, cast

from jobsys import EmailJob, JobRecord, JobStatus
from jobsys.demo.evidence import EQUAL, Check, Finding

MAILS: Final = (
    EmailJob(to="ada@example.org", subject="Your report", text="It is ready.\n"),
    EmailJob(to=("ada@example.org", "bob@example.org"), subject="Größe", html="<p>¡Hola!</p>\n"),
    EmailJob(to="bob@example.org", subject="Both", text="日本\n", html="<p>日本</p>\n"),
)


@dataclass(frozen=True)
class Outbox:
    """A folder that shall hold the mails of so many jobs, one file each, and no others."""

    folder: Path
    jobs: int

    def check(self, job: EmailJob, record: JobRecord) -> Check:
        """Says whether a job's mail is there once, and says what the job said."""
        if record.status is not JobStatus.COMPLETED:
            return Check(Finding.WRONG, f"its job is {record.status}")
        found = [_read(path) for path in self.folder.glob("*.eml")]
        told = cast("Mapping[str, object]", record.result)
        own = [mail for mail in found if mail["Message-ID"] == told["message_id"]]
        if len(found) != self.jobs or len(own) != 1:
            return Check(
                Finding.WRONG,
                f"{len(own)} of {len(found)} mails in the outbox are its own,"
                f" and it should be 1 of {self.jobs}",
            )
        return EQUAL if _said(own[0]) == _meant(job) else Check(Finding.WRONG, "it says otherwise")


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=default)


def _meant(job: EmailJob) -> Mapping[str, str]:
    parts = {"plain": job.text, "html": job.html}
    bodies = {kind: text for kind, text in parts.items() if text}
    return {"to": ", ".join(job.recipients), "subject": job.subject, **bodies}


def _said(mail: EmailMessage) -> Mapping[str, str]:
    bodies = {  # lines end otherwise while they travel
        part.get_content_subtype(): part.get_content().replace("\r\n", "\n")
        for part in mail.walk()
        if not part.is_multipart()
    }
    return {"to": str(mail["To"]), "subject": str(mail["Subject"]), **bodies}
