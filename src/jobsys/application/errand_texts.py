"""What a worker and its child processes say to one another of a job.

An order is a line of JSON, `Facts`, and then the payload as it is. A note is a `Note`, news are
`News`. An answer is a sign and then the result as JSON, if there is one; or a sign and `Failure`.
"""

from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel

from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.envelope import TraceContext
from jobsys.ports.worker_pool import StopReason

SUCCEEDED: Final = b"+"
FAILED: Final = b"-"


class Facts(BaseModel, frozen=True):
    """What a handler may know of its attempt from the start."""

    job_id: str
    job_type: str
    version: int
    attempt: int
    max_attempts: int
    fencing_token: int
    deadline: datetime
    max_result: int
    log_level: int
    trace: TraceContext | None = None


class News(BaseModel, frozen=True):
    """What changes for an attempt while it runs."""

    stopped: StopReason | None = None
    lease_lost: bool = False

    @property
    def is_cancelled(self) -> bool:
        """True once the job's cancel was asked for."""
        return self.stopped is StopReason.CANCEL


class Line(BaseModel, frozen=True):
    """A line for the log."""

    logger: str
    level: int
    text: str


class Measure(BaseModel, frozen=True):
    """Something for the handler's own metrics."""

    kind: Literal["counter", "observe", "gauge"]
    name: str
    number: float
    labels: dict[str, str]


class Note(BaseModel, frozen=True):
    """One thing that a handler says."""

    progress: tuple[int, str] | None = None
    line: Line | None = None
    measure: Measure | None = None


class Failure(BaseModel, frozen=True):
    """An exception: what is kept of it, the names of its classes, and the verdict that it is, if any."""

    error: AttemptError
    names: tuple[str, ...] = ()
    verdict: str | None = None
    delay: float = 0
