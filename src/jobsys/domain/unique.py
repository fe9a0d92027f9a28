"""Jobs of which there is one at a time."""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from jobsys.domain.duration import Duration
from jobsys.domain.errors import ConfigurationError, InvalidJob
from jobsys.domain.instants import span_ms
from jobsys.domain.payload import JobPayload
from jobsys.domain.retention import FOR_EVER
from jobsys.domain.status import LEASED, WAITING, JobStatus
from jobsys.domain.value import value
from jobsys.domain.wrong_values import speaking

LOOK_AFTER_MS: Final = 60_000
"""How long after it was taken, or looked at, a hold is looked at again, and dropped if it is over."""


@speaking
class Unique(BaseModel, frozen=True, extra="forbid"):
    """Keeps jobs of the same type and the same `fields` (none named: all) out of a queue.

    `until` says for how long: while the first one waits (`started`), or until it has `ended`; and
    for `period` since it was submitted, if that is longer. A set has no order, and makes jobs that are
    equal different: name other fields. `on_conflict` says what a submit does
    then: `return` the id of the one that is there, or `reject` with DuplicateJob.
    """

    fields: tuple[str, ...] = ()
    until: Literal["started", "ended"] = "ended"
    period: Annotated[Duration, Field(ge=timedelta(0), le=FOR_EVER)] = timedelta(0)
    on_conflict: Literal["return", "reject"] = "return"

    def check(self, model: type[BaseModel]) -> None:
        """Refuses fields that jobs of a class do not store, unless what they store is their secret.

        Raises:
            ConfigurationError: one of the fields is none of theirs.
        """
        own_way = model.__pydantic_decorators__.model_serializers
        if own_way or model.model_config.get("extra") == "allow":
            return
        stored = [
            field.serialization_alias or field.alias or name
            for name, field in model.model_fields.items()
            if not field.exclude
        ]
        for name in self.fields:
            if name not in stored:
                raise ConfigurationError(
                    f"{model.__name__}: unique: its jobs store no field {name!r};"
                    f" they store: {', '.join(stored) or 'none'}"
                )

    def claim(self, job_type: str, payload: JobPayload) -> "UniqueClaim":
        """Returns what a job with this payload asks for.

        Raises:
            InvalidJob: it has none of the fields that are named.
        """
        try:
            told: dict[str, object] = json.loads(payload)
        except ValueError as error:
            raise InvalidJob(f"unique: the payload of {job_type} cannot be read") from error
        missing = [name for name in self.fields if name not in told]
        if missing:
            raise InvalidJob(f"unique: {job_type} has no field {missing[0]!r}")
        same = json.dumps({name: told[name] for name in self.fields or told}, sort_keys=True)
        digest = sha256(f"{job_type}\n{same}".encode()).hexdigest()[:32]
        return UniqueClaim(digest, self.until == "started", self.period)


@value
class UniqueClaim:
    """A wish to be the only job under a digest."""

    digest: str
    until_started: bool
    period: timedelta

    def hold(self, key: str, now: int) -> "Hold":
        """Returns the hold of the job that is let in at `now`, in milliseconds."""
        until = now + span_ms(self.period)
        return Hold(key, self.until_started, until, max(until, now + LOOK_AFTER_MS))


@value
class Hold:
    """Which job of a queue keeps others out under a digest; instants in milliseconds.

    At `look_at` somebody looks whether it is over: who ended need not say so.
    """

    key: str
    until_started: bool
    until: int
    look_at: int

    def keeps_out(self, key: str, status: JobStatus | None, now: int) -> bool:
        """Says whether another job is kept out while the holder has this status."""
        return key != self.key and not self.is_over(status, now)

    def is_over(self, status: JobStatus | None, now: int) -> bool:
        """Says whether it keeps nobody out any more, where the holder has this status."""
        held = WAITING if self.until_started else WAITING | LEASED
        return now >= self.until and status not in held
