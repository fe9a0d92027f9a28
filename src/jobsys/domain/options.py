"""What a submit may say beside the job itself."""

from datetime import timedelta
from functools import cached_property
from typing import Annotated, Final, TypeAlias

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from jobsys.domain.duration import Duration
from jobsys.domain.names import checked_name
from jobsys.domain.priority import JobPriority
from jobsys.domain.retention import FOR_EVER, Retention
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.unique import Unique

Priority = Annotated[
    JobPriority, BeforeValidator(lambda v: JobPriority(v) if isinstance(v, str) else v)
]
NotNegative = Annotated[Duration, Field(ge=timedelta(0), le=FOR_EVER)]
Positive = Annotated[Duration, Field(gt=timedelta(0), le=FOR_EVER)]


Chosen: TypeAlias = tuple[
    RetryPolicy | None, timedelta | None, timedelta | None, Retention | None, Unique | None
]


class JobOptions(BaseModel):
    """Overrides of a job class's defaults for one submit; what is None is left to the class.

    A job waits for `delay` or until `run_at`, never both. `key` names the job within its queue:
    a submit repeated with the same key makes one job. One that could begin, and that nobody began
    within `start_within`, is cancelled instead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str | None = None
    queue: str | None = None
    priority: Priority | None = None
    delay: NotNegative | None = None
    run_at: AwareDatetime | None = None
    retry: RetryPolicy | None = None
    timeout: Positive | None = None
    start_within: Positive | None = None
    retention: Retention | None = None
    unique: Unique | None = None

    @cached_property
    def chosen(self) -> Chosen:
        """What goes into a job's header; the jobs of one submit share it."""
        return self.retry, self.timeout, self.start_within, self.retention, self.unique

    @model_validator(mode="after")
    def _check(self) -> "JobOptions":
        for what, name in (("key", self.key), ("queue", self.queue)):
            if name is not None:
                checked_name(what, name)
        if self.delay is not None and self.run_at is not None:
            raise ValueError("delay and run_at exclude each other: give one of them")
        return self


NO_OPTIONS: Final = JobOptions()
