"""Work on one file."""

from typing import ClassVar, Literal

from pydantic import Field

from jobsys.domain.base_job import BaseJob

FileOperation = Literal["checksum", "gzip", "thumbnail"]


class FileProcessingJob(BaseJob):
    """Computes a file's SHA-256, packs it with gzip, or makes a thumbnail of an image.

    Paths are relative to the roots that the application allows. `output` is where gzip and
    thumbnail write; writing it twice leaves the same file.
    """

    job_type: ClassVar[str] = "file_processing"
    aliases: ClassVar[tuple[str, ...]] = ("process_file",)
    queue: ClassVar[str] = "file_processing"

    operation: FileOperation
    path: str = Field(min_length=1, max_length=4096)
    output: str | None = Field(default=None, min_length=1, max_length=4096)
    max_side: int = Field(default=256, ge=16, le=4096)
