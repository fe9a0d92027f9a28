"""What a processor of dead letters can do."""

from collections.abc import Mapping

from jobsys.application.alerts import Alerts
from jobsys.application.dead_letters import DeadLetterBook
from jobsys.domain.alert import Alert, AlertSeverity
from jobsys.domain.dead_letter import cause_of
from jobsys.domain.record import JobRecord


class DeadLetterContext:
    """Beside the record of a dead letter: a way back into its queue, and a way to people."""

    def __init__(self, record: JobRecord, book: DeadLetterBook, alerts: Alerts) -> None:
        self._record = record
        self._book = book
        self._alerts = alerts

    async def resubmit(self, payload: Mapping[str, object] | None = None) -> None:
        """Replays the job, with other fields if they are given; it has all its attempts again.

        Raises:
            InvalidJob: the fields do not fit its type; it stays a dead letter.
            PayloadChanged: somebody else has edited it meanwhile.
            IllegalTransition: somebody else has replayed it meanwhile.
        """
        job_id = self._record.id
        if payload is not None:
            await self._book.edit(job_id, payload, seen=self._record.payload)
        await self._book.replay(job_id)

    def alert(self, severity: AlertSeverity | str, text: str) -> None:
        """Tells people: at once, or together with others of the same cause; from any thread.

        Raises:
            ValueError: there is no such severity.
        """
        severity, record = AlertSeverity(severity), self._record
        at, cause = record.standing.changed_at, cause_of(record)
        self._alerts.raise_alert(Alert(severity, text, cause, record.id, at))
