"""What a schedule does where a fire time was missed, or the job before has not ended."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, Field

from jobsys.domain.duration import Duration


class Misfire(StrEnum):
    """Which fire times are made up for that nobody was there for."""

    SKIP = "skip"
    LATEST = "latest"
    """One job for all of them, that of the latest."""
    ALL = "all"
    """A job for each, of the last `misfire_limit`."""


class Overlap(StrEnum):
    """What becomes of a fire time while the job before has not ended."""

    ALLOW = "allow"
    SKIP = "skip"
    """It makes no job, and the schedule goes on."""


class SchedulePolicy(BaseModel, frozen=True, extra="forbid"):
    """Stored with the schedule, so that whoever fires it decides alike.

    A missed fire time that is older than `deadline` is not made up for.
    """

    misfire: Misfire = Misfire.LATEST
    misfire_limit: Annotated[int, Field(ge=1, le=100)] = 10
    deadline: Duration | None = None
    overlap: Overlap = Overlap.ALLOW


USUAL: Final = SchedulePolicy()
