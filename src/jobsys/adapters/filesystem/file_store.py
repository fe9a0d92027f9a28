"""Files on a local disk, confined to a few folders."""

import os
import secrets
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from jobsys.adapters.filesystem.confined import (
    check_replaceable,
    folder_beneath,
    open_regular,
    translated,
)
from jobsys.adapters.filesystem.roots import Roots
from jobsys.ports.file_store import FileStore


class LocalFileStore(FileStore):
    """The files below `roots`; how the roots themselves are reached is trusted, links included.

    A process killed while it writes may leave a file named `.jobsys-*.part`, safe to delete.
    """

    def __init__(self, roots: Sequence[str | Path]) -> None:
        self._roots = Roots(roots)

    @contextmanager
    def read(self, path: str) -> Generator[BinaryIO]:
        root, [*folders, name] = self._roots.located(path)
        with translated(path):
            with folder_beneath(root, folders) as folder:
                descriptor = open_regular(path, folder, name)
            with os.fdopen(descriptor, "rb") as file:
                yield file

    @contextmanager
    def write(self, path: str) -> Generator[BinaryIO]:
        root, [*folders, name] = self._roots.located(path)
        with translated(path), folder_beneath(root, folders, make=True) as folder:
            check_replaceable(path, folder, name)
            with _replacing(folder, name) as file:
                yield file


@contextmanager
def _replacing(folder: int, name: str) -> Generator[BinaryIO]:
    """Opens a new file that replaces `name` in `folder` at the end of the block, durably."""
    part = f".jobsys-{secrets.token_hex(8)}.part"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(part, flags, mode=0o666, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        os.replace(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(part, dir_fd=folder)
        raise
    os.fsync(folder)
