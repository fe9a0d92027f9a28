"""A small folder of files, for a demo where no examples are installed."""

import struct
from collections.abc import Mapping
from pathlib import Path


def make_samples(folder: Path) -> None:
    """Makes a new folder with files of several kinds and sizes, the same each time."""
    for name, content in _samples().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _samples() -> Mapping[str, bytes]:
    letters = {
        f"letters/letter {number:02}.txt": f"Dear number {number},\n".encode() * 200 * number
        for number in range(1, 13)
    }
    return {
        **letters,
        "empty": b"",
        "every-byte.bin": bytes(range(256)) * 4096,
        "numbers.csv": b"".join(b"%d,%d\n" % (n, n * n) for n in range(10_000)),
        "pictures/größe.bmp": _picture(64),
        "pictures/large.bmp": _picture(512),
    }


def _picture(side: int) -> bytes:
    """Returns a square BMP; `side` is a multiple of four pixels, so that rows need no padding."""
    pixels = b"".join(bytes((128, y % 256, x % 256)) for y in range(side) for x in range(side))
    header = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, len(pixels), 2835, 2835, 0, 0)
    return struct.pack("<2sIHHI", b"BM", 54 + len(pixels), 0, 0, 54) + header + pixels
