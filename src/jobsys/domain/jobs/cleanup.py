"""Removing old files."""

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from jobsys.domain.base_job import BaseJob
from jobsys.domain.duration import Duration
from jobsys.domain.retention import FOR_EVER


class CleanupJob(BaseJob):
    """Removes the files of a folder that match `pattern` and have not changed for `older_than`.

    The folder lies below a root that the application allows, and is named as a `FileProcessingJob`
    names a file. `pattern` is a shell pattern for the file's name, in which `*` does not stand for
    a leading dot. With `recursive`, the folders in it are searched as well, save hidden ones, and
    those left empty are removed. Nothing is removed until `dry_run` is False; at most `limit` files
    are in one run.

    >>> CleanupJob(folder="cache", older_than=timedelta(days=7)).dry_run
    True
    """

    job_type: ClassVar[str] = "cleanup"
    aliases: ClassVar[tuple[str, ...]] = ("data_cleanup", "cleanup_temp_files")
    queue: ClassVar[str] = "cleanup"

    folder: str = Field(min_length=1, max_length=4096)
    older_than: Annotated[Duration, Field(ge=timedelta(0), le=FOR_EVER)]
    # Its length is no part of the expression: counted there, it costs a megabyte of automaton.
    pattern: Annotated[
        str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^/\x00]*$")
    ] = "*"
    recursive: bool = False
    dry_run: bool = True
    limit: int = Field(default=10_000, ge=1, le=1_000_000)
