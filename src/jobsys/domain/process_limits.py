"""What a job may use that runs in a process of its own."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from jobsys.domain.duration import Duration
from jobsys.domain.wrong_values import speaking

LEAST_MEMORY = 32 * 1024 * 1024


@speaking
class ProcessLimits(BaseModel, frozen=True, extra="forbid"):
    """Bounds for each attempt of a class with `isolation = "process"`; None: what the worker has.

    `memory` is in bytes, of the whole process, its interpreter and your modules included; `cpu` is
    computing time, as against `timeout`, which waiting counts for as well. `env` names the
    environment variables that the handler sees. So long before its time is up as `notice` says, the
    handler is asked to end: `JobTimeout` is raised where a plain `def` stands, `CancelledError` in
    an `async def`.

    >>> ProcessLimits(memory=200 * 1024 * 1024, cpu="30s", env=("PATH", "LANG"))
    ProcessLimits(memory=209715200, cpu=datetime.timedelta(seconds=30), env=('PATH', 'LANG'), notice=None)
    """

    memory: int | None = Field(default=None, ge=LEAST_MEMORY)
    cpu: Annotated[Duration, Field(ge=timedelta(seconds=1))] | None = None
    env: tuple[str, ...] | None = None
    notice: Annotated[Duration, Field(gt=timedelta(0))] | None = None
