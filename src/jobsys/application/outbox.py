"""Submitting jobs in the host's own transaction."""

from collections.abc import Callable
from typing import Unpack

from jobsys.application.arguments import Options, job_options
from jobsys.application.commands import check_due
from jobsys.application.intake import Intake
from jobsys.domain.base_job import BaseJob
from jobsys.domain.job_id import JobId, new_key
from jobsys.ports.outbox import Connection, OutboxTable


class Outbox:
    """Writes jobs into a table of the host's database, from which a relay submits them."""

    def __init__(self, intake: Callable[[], Intake], table: OutboxTable) -> None:
        self._intake = intake
        self._table = table

    def create(self, connection: Connection) -> None:
        """Makes the table, unless there is one."""
        self._table.create(connection)

    def submit(self, connection: Connection, job: BaseJob, **options: Unpack[Options]) -> JobId:
        """Writes a job down in the open transaction, and returns the id that it will have.

        It is submitted once the transaction was committed, and never if it is rolled back. With
        the same key again, the same job, as long as the row, and then the job, is kept.

        Raises:
            InvalidJob: an option or the payload is not valid; nothing was written.
            ConfigurationError: the connection has no transaction that the job would be part of.
        """
        intake, asked = self._intake(), job_options(options)
        now = intake.clock.now()
        check_due(asked, now)
        submission = intake.submission(job, asked, asked.key or new_key(now))
        self._table.add(connection, intake.noted(submission), now)
        return submission.job_id
