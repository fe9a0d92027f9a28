"""Files on a local disk, confined to a few folders."""

import os
import secrets
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from jobsys.adapters.filesystem.confined import (
    check_replaceable,
    folder_beneath,
    open_regular,
    rejected,
    translated,
)
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.file_store import FileStore


class LocalFileStore(FileStore):
    """The files below `roots`; how the roots themselves are reached is trusted, links included.

    A process killed while it writes may leave a file named `.jobsys-*.part`, safe to delete.
    """

    def __init__(self, roots: Sequence[str | Path]) -> None:
        if not roots:
            raise ConfigurationError("LocalFileStore needs at least one root folder")
        self._roots = [Path(os.path.normpath(Path(root).absolute())) for root in roots]

    @contextmanager
    def read(self, path: str) -> Generator[BinaryIO]:
        root, folders, name = self._located(path)
        with translated(path):
            with folder_beneath(root, folders) as folder:
                descriptor = open_regular(path, folder, name)
            with os.fdopen(descriptor, "rb") as file:
                yield file

    @contextmanager
    def write(self, path: str) -> Generator[BinaryIO]:
        root, folders, name = self._located(path)
        with translated(path), folder_beneath(root, folders, make=True) as folder:
            check_replaceable(path, folder, name)
            with _replacing(folder, name) as file:
                yield file

    def _located(self, path: str) -> tuple[Path, Sequence[str], str]:
        """Splits a path into its root, the folders below it, and the file's name."""
        if not _is_encodable(path) or "\0" in path:
            raise rejected(path[:200], "it has characters that no file name has: leave them out")
        pure = PurePosixPath(path)
        if ".." in pure.parts:
            raise rejected(path, "it has '..' in it: name the file by its way down from a root")
        root = self._root_of(path, pure)
        folders = (pure.relative_to(root) if pure.is_absolute() else pure).parts
        if not folders:
            raise rejected(path, "it names no file")
        return root, folders[:-1], folders[-1]

    def _root_of(self, path: str, pure: PurePosixPath) -> Path:
        if not pure.is_absolute():
            return self._roots[0]
        for root in self._roots:
            if pure.is_relative_to(root):
                return root
        raise rejected(path, "it is outside the allowed roots: move the file, or allow its folder")


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


def _is_encodable(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True
