"""Whether a failed attempt is followed by another, and when."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from jobsys.domain.duration import Duration

Wait = Annotated[Duration, Field(ge=timedelta(0), le=timedelta(days=365))]


class RetryPolicy(BaseModel, frozen=True, extra="forbid"):
    """Exponential backoff with a cap: the n-th retry waits `base * factor ** (n - 1)`.

    `jitter="full"` draws the wait evenly between nought and that value, so that jobs that failed
    together do not come back together (AWS Architecture Blog, "Exponential Backoff And Jitter").
    """

    max_attempts: int = Field(
        default=3, ge=1, le=1000, description="How often a job is tried, the first time included."
    )
    base: Wait = Field(
        default=timedelta(seconds=2), description="How long the first retry waits at most."
    )
    factor: float = Field(
        default=2.0, ge=1, le=100, description="How much longer each further retry waits."
    )
    cap: Wait = Field(default=timedelta(minutes=5), description="How long any retry waits at most.")
    jitter: Literal["full", "none"] = Field(
        default="full",
        description="`full` draws each wait between nought and that; `none` does not.",
    )

    def delay_after(self, failed_attempts: int, draw: float) -> timedelta | None:
        """Returns how long the job rests after so many failures; None when no attempt is left.

        `draw` is the caller's random number in [0, 1), which only full jitter looks at.

        >>> policy = RetryPolicy(max_attempts=4, jitter="none")
        >>> [policy.delay_after(n, 0.5).total_seconds() for n in (1, 2, 3)]
        [2.0, 4.0, 8.0]
        >>> policy.delay_after(4, 0.5) is None
        True
        """
        if failed_attempts >= self.max_attempts:
            return None
        exponent = min(failed_attempts - 1, 64)
        wait = min(self.base.total_seconds() * self.factor**exponent, self.cap.total_seconds())
        return timedelta(seconds=wait * draw if self.jitter == "full" else wait)
