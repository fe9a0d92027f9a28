"""How long an ended job stays to be looked at."""

from datetime import timedelta
from typing import Annotated, Final

from pydantic import BaseModel, Field

from jobsys.domain.duration import Duration
from jobsys.domain.wrong_values import speaking

FOR_EVER: Final = timedelta(days=36_500)

Kept = Annotated[Duration, Field(ge=timedelta(0), le=FOR_EVER)]


@speaking
class Retention(BaseModel, frozen=True, extra="forbid"):
    """Completed and cancelled jobs are kept for `done`, dead letters for `dead` (None: for ever)."""

    done: Kept | None = timedelta(hours=1)
    dead: Kept | None = None

    @property
    def done_for(self) -> timedelta:
        """How long a completed or cancelled job is kept."""
        return FOR_EVER if self.done is None else self.done

    @property
    def dead_for(self) -> timedelta:
        """How long a dead letter is kept."""
        return FOR_EVER if self.dead is None else self.dead


DEFAULT_RETENTION: Final = Retention()
