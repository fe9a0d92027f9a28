"""The settings that belong together; the descriptions are the reference that users read."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from jobsys.config.kinds import ExistingFolder, Level, QueueName, Seconds
from jobsys.domain.duration import Duration
from jobsys.domain.mail import checked_address, checked_header_text
from jobsys.domain.priority import JobPriority
from jobsys.domain.queue_policy import PolicyChange


class Group(BaseModel):
    """Settings that belong together."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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


class QueueSettings(Group):
    """What holds for one queue."""

    levels: tuple[Level, ...] = Field(
        default=(), description="Which priorities the queue takes; none named: all four."
    )
    max_jobs: int = Field(default=0, ge=0, description="How many jobs may wait; 0: any number.")
    wait_for_room: Duration = Field(
        default=timedelta(0),
        ge=timedelta(0),
        description="How long a submit to a full queue waits for room.",
    )
    age_after: Seconds | None = Field(
        default=None,
        description="How long a job may wait behind more urgent ones before it gets its share.",
    )
    concurrency: int | None = Field(
        default=None, ge=1, description="How many of its jobs run at once, in all workers together."
    )

    @property
    def policy(self) -> PolicyChange:
        """What is named here and kept in the backend."""
        kept = self.model_dump(include=set(PolicyChange.__annotations__), exclude_unset=True)
        return cast("PolicyChange", kept)


class SchedulerSettings(Group):
    """Jobs that recur, and the sweeping of what has been kept for long enough."""

    enabled: bool = Field(
        default=True, description="Whether a worker here fires the schedules of its queues."
    )
    cleanup_interval: Seconds = Field(
        default=timedelta(minutes=1),
        description="How often what has been kept long enough is removed.",
    )


class MetricsSettings(Group):
    """What is measured, and where it can be read."""

    enabled: bool = Field(default=True, description="Whether anything is counted.")
    namespace: str = Field(
        default="jobsys",
        pattern=r"^[a-zA-Z_][a-zA-Z0-9_]{0,63}$",
        description="How each metric's name begins.",
    )
    host: str = Field(default="127.0.0.1", description="The address at which `/metrics` listens.")
    port: int | None = Field(
        default=None, ge=1, le=65_535, description="Where `/metrics` listens; none: nowhere."
    )
    collection_interval: Seconds = Field(
        default=timedelta(seconds=15), description="How often the queues are counted."
    )
    wanted_within: Seconds = Field(
        default=timedelta(seconds=30),
        description="Within how long what waits shall have begun, for `jobs_wanted_slots`.",
    )
    shared_folder: ExistingFolder | None = Field(
        default=None,
        description="Where several processes add up; by default what `PROMETHEUS_MULTIPROC_DIR` says.",
    )


class BackgroundSettings(Group):
    """What `fire_and_forget` may run beside the queue."""

    limit: int = Field(
        default=1_000, ge=1, description="How many such calls may run at once in this process."
    )


class MailSettings(Group):
    """How mail goes out: into the folder `outbox`, or to the server at the URL `smtp`.

    Mail jobs run where one of the two is given.
    """

    outbox: Path | None = Field(
        default=None, description="The folder into which each mail is written as an .eml file."
    )
    smtp: str | None = Field(
        default=None,
        repr=False,
        description="The server that takes mail: smtp://user:password@host:587, or smtps://….",
    )
    sender: Annotated[str, AfterValidator(checked_address)] = Field(
        default="jobsys@localhost", description="The address that mail comes from."
    )
    sender_name: Annotated[str, AfterValidator(checked_header_text)] = Field(
        default="", max_length=64, description="The name beside that address."
    )
    templates: Path | None = Field(
        default=None, description="A folder of your own templates, looked at first."
    )

    @model_validator(mode="after")
    def _check(self) -> "MailSettings":
        if self.outbox is not None and self.smtp is not None:
            raise ValueError("outbox and smtp exclude each other: give one of them")
        if self.smtp is not None and "sender" not in self.model_fields_set:
            raise ValueError("smtp needs sender, the address that mail comes from")
        return self
