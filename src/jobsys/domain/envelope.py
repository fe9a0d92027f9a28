"""How the part of a job that never changes is written down, the same on every backend.

Two lines of JSON: a header, which jobs of one type share, and the payload. `redis-cli HGET` shows
both as they are; a worker decodes each distinct header once and the payload straight into the
typed job.
"""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from jobsys.domain.duration import Duration
from jobsys.domain.payload import JobPayload
from jobsys.domain.retention import Retention
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.unique import Unique, UniqueClaim

TraceContext: TypeAlias = Mapping[str, str]
"""What carries a trace from one process to another: `traceparent`, and whatever goes with it."""


def _if_readable(given: object, validate: ValidatorFunctionWrapHandler) -> TraceContext | None:
    """Returns a trace, or none: what cannot be read of one keeps no job from running."""
    try:
        read: TraceContext = validate(given)
    except ValidationError:
        return None
    return read


class Header(BaseModel, frozen=True):
    """What the envelope says about a job: its type and what its submitter chose for it."""

    type: str
    version: int = 1
    retry: RetryPolicy | None = None
    timeout: Duration | None = None
    start_within: Duration | None = None
    retention: Retention | None = None
    unique: Unique | None = None
    trace: Annotated[TraceContext | None, WrapValidator(_if_readable)] = None

    @cached_property
    def line(self) -> bytes:
        """How it is written down; jobs of one type share it."""
        # Only what the submitter left open: a retention's own None means "for ever".
        left_open = {name for name, chosen in self if chosen is None}
        return self.model_dump_json(exclude=left_open).encode()

    def traced(self, trace: TraceContext) -> "Header":
        """Returns the header of a job that belongs to a trace."""
        return Header.model_validate({**dict(self), "trace": trace})

    def unique_claim(self, payload: JobPayload) -> UniqueClaim | None:
        """Returns what a job with this payload asks for, where it must be unique."""
        return None if self.unique is None else self.unique.claim(self.type, payload)


UNREADABLE = Header(type="")


def encode(header: Header, payload: JobPayload) -> bytes:
    r"""Returns the envelope.

    >>> encode(Header(type="greet"), JobPayload(b'{"name":"Ada"}'))
    b'{"type":"greet","version":1}\n{"name":"Ada"}'
    """
    return b"%b\n%b" % (header.line, payload)


def decode(envelope: bytes) -> tuple[Header, JobPayload]:
    """Returns what `encode` was given.

    Raises:
        ValueError: the bytes are no envelope.

    """
    line, newline, payload = envelope.partition(b"\n")
    if not newline:
        raise ValueError("the envelope has no payload")
    return _header(line), JobPayload(payload)


@lru_cache(maxsize=1024)
def _header(line: bytes) -> Header:
    return Header.model_validate_json(line)
