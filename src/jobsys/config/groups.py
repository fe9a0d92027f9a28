"""The settings that belong together; the descriptions are the reference that users read."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from jobsys.config.kinds import ExistingFolder, Level, Seconds
from jobsys.domain.duration import Duration
from jobsys.domain.mail import checked_address, checked_header_text
from jobsys.domain.queue_policy import PolicyChange


class Group(BaseModel):
    """Settings that belong together."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
