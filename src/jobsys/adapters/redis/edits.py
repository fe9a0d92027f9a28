"""How an edit changes what a job is made of."""

from collections.abc import Sequence
from typing import cast

from jobsys.adapters.redis.records import record_of, stored_as
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.edit import Edit, EditOutcome
from jobsys.domain.envelope import encode

Answer = tuple[bytes | None, bytes | None, bytes | None, bytes | None]


async def edited(store: RedisStore, edit: Edit) -> EditOutcome:
    """Makes an edit, if the job is as its editor saw it.

    What it reads is the proof that the script compares; where the job changed in between, it looks
    again.
    """
    keys, key = store.layout.of_queue(edit.job_id.queue), edit.job_id.key
    while True:
        [answer] = cast("Sequence[Answer]", await store.run("read", keys, [key]))
        stored, state = answer[0], answer[1]
        if stored is None and state is None:
            return EditOutcome.NOT_FOUND
        record = record_of(edit.job_id, stored, state)
        outcome = edit.outcome_for(record)
        if outcome is not EditOutcome.EDITED:
            return outcome
        instead = stored_as(record, stored, encode(edit.header, edit.payload))
        line = edit.line_for(record).model_dump_json()
        if await store.run("edit", keys, [key, stored or b"", state or b"", instead, line]):
            return outcome
