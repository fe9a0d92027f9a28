"""How an edit changes what a job is made of."""

from typing import Final

from jobsys.adapters.sqlite.place import add_error
from jobsys.adapters.sqlite.rows import SELECT_JOBS, JobRow, record_of
from jobsys.adapters.sqlite.transaction import Transaction
from jobsys.domain.edit import Edit, EditOutcome
from jobsys.domain.envelope import encode

_NAMED: Final = SELECT_JOBS + "WHERE queue = ? AND key = ?"
_REPLACE: Final = "UPDATE jobs SET envelope = ?, job_type = ? WHERE id = ?"


def edited(transaction: Transaction, edit: Edit) -> EditOutcome:
    """Makes an edit, if the job is as its editor saw it."""
    named = edit.job_id.queue, edit.job_id.key
    found: JobRow | None = transaction.execute(_NAMED, named).fetchone()
    if found is None:
        return EditOutcome.NOT_FOUND
    record, job = record_of(edit.job_id.queue, found), found[0]
    outcome = edit.outcome_for(record)
    if outcome is EditOutcome.EDITED:
        envelope = encode(edit.header, edit.payload)
        transaction.execute(_REPLACE, (envelope, edit.header.type, job))
        add_error(transaction, job, edit.line_for(record))
    return outcome
