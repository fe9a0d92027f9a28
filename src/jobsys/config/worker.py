"""How this process runs jobs."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from jobsys.config.groups import Group
from jobsys.config.kinds import Level, QueueName, Seconds
from jobsys.domain.duration import Duration
from jobsys.domain.priority import JobPriority


class WorkerSettings(Group):
    """How this process runs jobs; with `enabled=False` it only submits and looks."""

    enabled: bool = Field(default=True, description="Whether this process runs jobs.")
    concurrency: int = Field(default=10, ge=1, le=10_000, description="How many jobs run at once.")
    processes: int = Field(
        default=1, ge=1, le=1000, description="How many processes `jobsys worker` runs jobs in."
    )
    uvloop: bool = Field(
        default=True, description="Whether `jobsys worker` runs on uvloop where it is installed."
    )
    gc_threshold: int = Field(
        default=10_000,
        ge=0,
        description="After how many new objects Python looks for garbage while jobs run; where it"
        " looks more seldom, that stays, and 0 changes nothing.",
    )
    queues: tuple[QueueName, ...] = Field(
        default=(),
        description="Which queues are served; none named: those of the registered job types.",
    )
    slots: dict[QueueName, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict[str, int],
        description="How many of a queue's jobs this worker runs at once; not named: what is free.",
    )
    reserved: dict[Level, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict[JobPriority, int],
        description="On how many slots the jobs of a level have first call; others take them when"
        " none is there.",
    )
    pool: Literal["tasks", "threads"] = Field(
        default="tasks",
        description="`threads`: each job has a thread and an event loop, and may block it.",
    )
    lease_for: Seconds = Field(
        default=timedelta(seconds=10),
        description="How long after its worker's death a job is free again.",
    )
    renew_every: Seconds | None = Field(
        default=None, description="How often leases are renewed; by default 0.3 of `lease_for`."
    )
    grace: Annotated[Duration, Field(ge=timedelta(0))] = Field(
        default=timedelta(seconds=25),
        description="How long running jobs may go on once a stop was asked.",
    )
    crash_limit: int = Field(
        default=3,
        ge=1,
        le=100,
        description="After how many workers' deaths a job is a dead letter.",
    )

    @property
    def renewal_pause(self) -> timedelta:
        """Is `renew_every`, else so short that two renewals may fail before a lease runs out."""
        return self.renew_every or self.lease_for * 0.3

    @model_validator(mode="after")
    def _check(self) -> "WorkerSettings":
        if self.renewal_pause >= self.lease_for:
            raise ValueError("renew_every must be shorter than lease_for: a third of it is good")
        if sum(self.reserved.values()) > self.concurrency:
            raise ValueError("reserved names more slots than concurrency has: raise concurrency")
        return self


class ChildSettings(Group):
    """The child processes in which jobs with `isolation = "process"` run; as many as jobs at once."""

    recycle_after_jobs: int = Field(
        default=1_000,
        ge=1,
        description="After how many jobs a child process makes way for another.",
    )
    recycle_above: int | None = Field(
        default=None,
        ge=1,
        description="With how many bytes of memory in use it does so after any job; none: never.",
    )
