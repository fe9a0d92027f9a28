"""Work on one file."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from jobsys.domain.base_job import BaseJob

FileOperation = Literal["checksum", "gzip", "thumbnail"]
ImageFormat = Literal["jpeg", "png", "webp"]

FORMAT_OF_SUFFIX: Final[Mapping[str, ImageFormat]] = {
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".png": "png",
    ".webp": "webp",
}


class FileProcessingJob(BaseJob):
    """Computes a file's SHA-256, packs it with gzip, or makes a thumbnail of an image.

    Paths are relative to the first root that the application allows, or absolute inside any of
    them. `output` is where gzip and thumbnail write; writing it twice leaves the same file. The
    suffix of a thumbnail's output chooses its format; its longer side is at most `max_side`.

    >>> FileProcessingJob(operation="thumbnail", path="cat.gif", output="small/cat.PNG").image_format
    'png'
    """

    job_type: ClassVar[str] = "file_processing"
    aliases: ClassVar[tuple[str, ...]] = ("process_file",)
    queue: ClassVar[str] = "file_processing"

    operation: FileOperation
    path: str = Field(min_length=1, max_length=4096)
    output: str = Field(default="", max_length=4096)
    max_side: int = Field(default=256, ge=16, le=4096)

    @property
    def image_format(self) -> ImageFormat:
        """The format of a thumbnail."""
        return FORMAT_OF_SUFFIX[_suffix(self.output)]

    @model_validator(mode="after")
    def _output_suits_operation(self) -> Self:
        if self.operation == "checksum":
            if self.output:
                raise ValueError("checksum writes nothing: leave output out")
        elif not self.output:
            raise ValueError(f"{self.operation} needs output, the path to write to")
        elif PurePosixPath(self.output) == PurePosixPath(self.path):
            raise ValueError("output is the file itself: a second attempt would read the first's")
        if self.operation == "thumbnail" and _suffix(self.output) not in FORMAT_OF_SUFFIX:
            raise ValueError(f"output of a thumbnail must end in {', '.join(FORMAT_OF_SUFFIX)}")
        return self


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()
