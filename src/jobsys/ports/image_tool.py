"""Work on pictures."""

from abc import abstractmethod
from typing import BinaryIO, Protocol

from jobsys.domain.jobs.file_processing import ImageFormat
from jobsys.domain.value import value


@value
class Picture:
    """An encoded picture and its size in pixels."""

    width: int
    height: int
    content: bytes


class ImageTool(Protocol):
    """Turns pictures, which may be hostile, into other pictures. Calls block: use a thread."""

    @abstractmethod
    def thumbnail(self, source: BinaryIO, max_side: int, image_format: ImageFormat) -> Picture:
        """Returns the picture in `source`, scaled so that neither side exceeds `max_side`.

        It is never enlarged, and stands upright as its EXIF orientation says. Of an animation the
        first frame is taken. Only pixels survive: no metadata, nor data hidden behind the picture.
        Where the format has no transparency, the ground is white. Equal input gives equal bytes.

        Raises:
            FileRejected: it is no picture of a supported kind, is damaged, or is over a limit.
            MissingExtra: the library for pictures is not installed.

        """
