"""What a schedule does where a fire time was missed, or the job before has not ended."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, Field

from jobsys.domain.duration import Duration, show_duration


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

    def __str__(self) -> str:
        """Returns what is not usual as people say it.

        >>> str(SchedulePolicy(misfire="all", overlap="skip"))
        'misfire all (the last 10), overlap skip'
        """
        return ", ".join(self._choices())

    def _choices(self) -> Iterator[str]:
        if self.misfire is not Misfire.LATEST:
            limit = f" (the last {self.misfire_limit})" if self.misfire is Misfire.ALL else ""
            yield f"misfire {self.misfire}{limit}"
        if self.deadline is not None:
            yield f"deadline {show_duration(self.deadline)}"
        if self.overlap is not Overlap.ALLOW:
            yield f"overlap {self.overlap}"


USUAL: Final = SchedulePolicy()
