"""The settings of the archive: what becomes of ended jobs before they are removed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypedDict

from pydantic import Field

from jobsys.config.groups import Group
from jobsys.config.kinds import QueueName


class ArchiveSettings(Group):
    """Where ended jobs go before they are removed; every worker must say the same."""

    folder: Path | None = Field(
        default=None, description="The folder of compressed JSON lines; none: nothing is archived."
    )
    statuses: tuple[Literal["completed", "failed", "cancelled"], ...] = Field(
        default=(), description="Which ends are archived; none named: all three."
    )
    queues: tuple[QueueName, ...] = Field(
        default=(), description="Which queues' jobs are; none named: all."
    )
    rotate_at: int = Field(
        default=64 * 1024 * 1024,
        ge=1024,
        description="At how many bytes a file makes way for another; it does so each day as well.",
    )
    raw: bool = Field(
        default=False, description="Whether jobs are archived with the secrets in them."
    )


class ArchiveArguments(TypedDict, total=False):
    """What `Settings(archive={…})` takes."""

    folder: Path | str
    statuses: Sequence[Literal["completed", "failed", "cancelled"]]
    queues: Sequence[str]
    rotate_at: int
    raw: bool
