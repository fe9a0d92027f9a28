"""Pictures made to harm are refused with one typed error, soon and with little memory."""

import errno
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from time import thread_time

import pytest
from PIL import Image

from jobsys.adapters.pillow.image_tool import PillowImageTool
from jobsys.domain.errors import FileRejected

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<html><script>alert(1)</script></html>"
SCRIPT_IN_GIF = b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)//;"


def encoded(image_format: str) -> bytes:
    content = BytesIO()
    Image.effect_noise((64, 64), 50).convert("RGB").save(content, image_format)
    return content.getvalue()


def png_chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def png_bomb(side: int) -> bytes:
    """A valid black picture of `side` x `side` pixels, packed a thousandfold."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    row = bytes(1 + (side + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    chunks = (png_chunk(b"IHDR", header), png_chunk(b"IDAT", body), png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def gif_of(frames: int) -> bytes:
    header = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6)
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return header + frame * frames + b";"


HOSTILE = {
    "empty": b"",
    "svg": SVG,
    "html": HTML,
    "script in a gif": SCRIPT_IN_GIF,
    "pdf before a jpeg": b"%PDF-1.7\n" + encoded("JPEG"),
    "zip before a png": b"PK\x03\x04" + encoded("PNG"),
    "tiff": encoded("TIFF"),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "png of 169 megapixels": png_bomb(13_000),
    "png of 400 megapixels": png_bomb(20_000),
    "png just over the limit": png_bomb(6_325),
    "gif of 101 frames": gif_of(101),
    "gif of 10,000 frames": gif_of(10_000),
    "bmp of 2 gigapixels": b"BM" + bytes(12) + struct.pack("<IiiHHI", 40, 46_000, 46_000, 1, 24, 0),
    "random": zlib.compress(encoded("BMP")),
}


# Not getrusage: its maximum is that of the process that forked, too.
PEAK_OF_A_CHILD = """
import sys
from pathlib import Path
from jobsys.adapters.pillow.image_tool import PillowImageTool
from jobsys.domain.errors import FileRejected

with open(sys.argv[1], "rb") as file:
    try:
        PillowImageTool().thumbnail(file, 64, "png")
    except FileRejected:
        pass
lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(lines["VmHWM"].split()[0]) * 1024)
"""


def refusal_of(content: bytes) -> FileRejected:
    with pytest.raises(FileRejected) as caught:
        PillowImageTool().thumbnail(BytesIO(content), 64, "png")
    return caught.value


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_refused_within_a_second(name: str) -> None:
    started = thread_time()
    assert refusal_of(HOSTILE[name]).code == "FILE_4001"
    assert thread_time() - started < 1


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "GIF", "BMP", "WEBP"])
def test_a_picture_cut_off_anywhere_is_refused(image_format: str) -> None:
    content = encoded(image_format)
    for length in range(0, len(content) * 9 // 10, len(content) // 50):
        refusal_of(content[:length])


def test_a_hundred_frames_and_forty_megapixels_are_still_accepted() -> None:
    for content in (gif_of(100), png_bomb(6_324)):
        PillowImageTool().thumbnail(BytesIO(content), 64, "png")


@pytest.mark.parametrize("side", [6_324, 13_000], ids=["accepted", "refused"])
def test_no_picture_takes_300_megabytes_of_memory(tmp_path: Path, side: int) -> None:
    (tmp_path / "bomb.png").write_bytes(png_bomb(side))
    command = [sys.executable, "-W", "ignore", "-c", PEAK_OF_A_CHILD, str(tmp_path / "bomb.png")]
    child = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(child.stdout) < 300_000_000


def test_a_file_over_the_limit_of_bytes_is_refused() -> None:
    with pytest.raises(FileRejected, match="over the limit of 100"):
        PillowImageTool(max_bytes=100).thumbnail(BytesIO(encoded("PNG")), 64, "png")


def test_a_failing_disk_is_not_blamed_on_the_picture() -> None:
    class FailingDisk(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        PillowImageTool().thumbnail(FailingDisk(b"data"), 64, "png")
