"""The settings of what is logged, and of what is kept of it with each job."""

from typing import Literal

from pydantic import Field

from jobsys.config.groups import Group
from jobsys.config.kinds import LogLevel


class LogSettings(Group):
    """What is logged, and how it is written."""

    level: LogLevel = Field(
        default="INFO",
        description="The least severe lines that are written; in production `WARNING`.",
    )
    format: Literal["console", "json"] = Field(
        default="console", description="`console` for people, `json` for one object a line."
    )


class JobLogSettings(Group):
    """What is kept with a job of the lines that its handler logs by `context.log`."""

    enabled: bool = Field(default=True, description="Whether any are kept.")
    level: LogLevel = Field(
        default="INFO", description="The least severe lines that are kept, whatever `log.level` is."
    )
