"""An archive in a folder: compressed JSON lines, in files by day and process."""

import asyncio
import gzip
import logging
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Final

from jobsys.ports.archive import Archive
from jobsys.ports.clock import Clock
from jobsys.ports.errors import ArchiveUnavailable

log = logging.getLogger("jobsys.archive")

SUFFIX: Final = ".jsonl.gz"
ROTATE_AT: Final = 64 * 1024 * 1024
CHUNK: Final = 64 * 1024
_GZIP: Final = 31
"""What zlib is told of a stream with gzip's header and trailer."""


class FolderArchive(Archive):
    """Adds each batch to a file of its own process as one gzip member: whole, or cut off at the end.

    Files are called `DAY.PROCESS.NUMBER.jsonl.gz`. With a new day, at `rotate_at` bytes, and after
    a write that failed, the next one is begun: nothing is ever added after something cut off. One
    that somebody deleted takes nothing more, and one that holds nothing is not left behind.
    """

    def __init__(self, folder: Path, clock: Clock, rotate_at: int = ROTATE_AT) -> None:
        self._folder = folder
        self._clock = clock
        self._rotate_at = rotate_at
        self._process = token_hex(6)
        self._number = 0
        self._day = ""
        self._path = folder
        self._whole = 0
        self._file: int | None = None

    async def add(self, lines: Sequence[bytes]) -> None:
        await asyncio.to_thread(self._add, b"".join(line + b"\n" for line in lines))

    def lines(self) -> Iterator[bytes]:
        try:
            for path in sorted(self._folder.glob(f"*{SUFFIX}")):
                yield from _lines_in(path)
        except OSError as error:
            raise ArchiveUnavailable(f"the archive cannot be read: {error}") from error

    def _add(self, text: bytes) -> None:
        try:
            file = self._opened()
            _write(file, gzip.compress(text, 6, mtime=0))
            self._whole = os.fstat(file).st_size
            if self._whole >= self._rotate_at:
                self._close()
        except OSError as error:
            self._abandon()
            raise ArchiveUnavailable(f"the archive cannot be written: {error}") from error

    def _opened(self) -> int:
        day = self._clock.now().date().isoformat()
        if self._file is None or day != self._day or _is_deleted(self._file):
            self._close()
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path = self._folder / f"{day}.{self._process}.{self._number:04}{SUFFIX}"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
            self._number += 1
            self._file, self._day, self._whole = os.open(self._path, flags, 0o600), day, 0
            _sync_folder(self._folder)
        return self._file

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                os.close(file)

    def _abandon(self) -> None:
        """Closes a file that could not be added to, and takes it away if it holds nothing whole."""
        if self._file is not None and self._whole == 0:
            with suppress(OSError):
                self._path.unlink()
        self._close()


def _write(file: int, member: bytes) -> None:
    """Adds to a file, and returns once that is on the disk, under a name."""
    left = memoryview(member)
    while left:
        left = left[os.write(file, left) :]
    os.fsync(file)
    if _is_deleted(file):
        raise FileNotFoundError("the file was deleted while it was written")


def _is_deleted(file: int) -> bool:
    return os.fstat(file).st_nlink == 0


def _sync_folder(folder: Path) -> None:
    """Makes the name of a new file last, where a folder can be opened."""
    if hasattr(os, "O_DIRECTORY"):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _lines_in(path: Path) -> Iterator[bytes]:
    """Yields the whole lines of a file, a chunk at a time."""
    unpack, rest = zlib.decompressobj(_GZIP), b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            while chunk:
                try:
                    text = unpack.decompress(chunk)
                except zlib.error as error:
                    log.error("%s is damaged, and is read up to there: %s", path.name, error)
                    return
                *whole, rest = (rest + text).split(b"\n")
                yield from whole
                chunk = unpack.unused_data
                if unpack.eof:
                    unpack = zlib.decompressobj(_GZIP)
