"""Pictures by Pillow, if it is installed."""

from typing import BinaryIO

from jobsys.domain.jobs.file_processing import ImageFormat
from jobsys.ports.errors import MissingExtra
from jobsys.ports.image_tool import ImageTool, Picture


class PillowImageTool(ImageTool):
    """Reads JPEG, PNG, GIF, BMP and WebP; Pillow is imported at the first picture.

    Refuses pictures over `max_pixels`, over `max_frames`, or in files over `max_bytes`.
    """

    def __init__(
        self,
        max_pixels: int = 40_000_000,
        max_frames: int = 100,
        max_bytes: int = 32 * 1024 * 1024,
    ) -> None:
        self._max_pixels = max_pixels
        self._max_frames = max_frames
        self._max_bytes = max_bytes

    def thumbnail(self, source: BinaryIO, max_side: int, image_format: ImageFormat) -> Picture:
        try:
            from jobsys.adapters.pillow import picture  # noqa: PLC0415 (the extra may be missing)
        except ModuleNotFoundError as error:
            command = "python -m pip install 'jobsys[images]'"
            raise MissingExtra(f"thumbnails need Pillow: run {command}") from error
        limits = picture.Limits(self._max_pixels, self._max_frames, self._max_bytes)
        return picture.thumbnail(source, limits, max_side, image_format)
