"""What is done with Pillow. Import it only where Pillow may be missing and that is handled."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO, Final

from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile

from jobsys.domain.errors import FileRejected
from jobsys.domain.jobs.file_processing import ImageFormat
from jobsys.domain.value import value
from jobsys.ports.image_tool import Picture

# Pillow knows some 40 formats; the rarer ones are where its weaknesses were found.
_READ: Final = ("JPEG", "PNG", "GIF", "BMP", "WEBP")


@value
class Limits:
    """How much of a picture is accepted."""

    pixels: int
    frames: int
    bytes: int


def thumbnail(
    source: BinaryIO, limits: Limits, max_side: int, image_format: ImageFormat
) -> Picture:
    """Does what the port promises."""
    with _refusing_what_is_no_picture():
        small = _scaled(_opened(source, limits), max_side)
    if image_format == "jpeg":
        small = _on_white(small)
    content = BytesIO()
    small.save(content, format=image_format)
    return Picture(small.width, small.height, content.getvalue())


def _opened(source: BinaryIO, limits: Limits) -> ImageFile:
    """Reads the header only, and judges the picture by it."""
    size = source.seek(0, os.SEEK_END)
    if size > limits.bytes:
        raise FileRejected(f"the picture has {size:,} bytes, over the limit of {limits.bytes:,}")
    image = Image.open(source, formats=_READ)
    pixels = image.width * image.height
    if pixels > limits.pixels:
        raise FileRejected(
            f"the picture has {pixels:,} pixels, over the limit of {limits.pixels:,}"
        )
    frames: int = getattr(image, "n_frames", 1)
    if frames > limits.frames:
        raise FileRejected(
            f"the picture has {frames:,} frames, over the limit of {limits.frames:,}"
        )
    return image


def _scaled(image: Image.Image, max_side: int) -> Image.Image:
    """Scales before it turns and converts, so that large pictures exist only once in memory."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode == "I;16":  # 16 bits of grey, which Pillow cannot scale: keep the upper byte
        image = Image.frombytes("L", image.size, image.tobytes()[1::2])
    elif image.mode in {"1", "P", "PA"}:
        image = image.convert(mode)
    image.thumbnail((max_side, max_side))
    upright = ImageOps.exif_transpose(image).convert(mode)
    upright.info.clear()
    return upright


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


@contextmanager
def _refusing_what_is_no_picture() -> Generator[None]:
    """Raises whatever a hostile file makes Pillow raise as FileRejected."""
    try:
        yield
    except FileRejected:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk failed, not the picture
        raise FileRejected(
            f"this is no {', '.join(_READ)} picture, or it is damaged: {error}"
        ) from error
