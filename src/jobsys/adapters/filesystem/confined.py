"""Reaching files below a folder without ever leaving it, whoever swaps what meanwhile.

Every component is opened relative to the one before and links are refused by the kernel as it
opens, so there is no moment between check and use (CWE-367, CWE-59).
"""

import errno
import os
import stat
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from jobsys.domain.errors import FileProcessingFailed, FileRejected

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# Without O_NONBLOCK, opening a FIFO would wait for its writer.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

_NOT_REGULAR: Final = "it is not a regular file: name a file, not a folder, pipe or device"
_REASONS: Final = {
    errno.EACCES: "permission is denied: let the worker's user read it, or write to its folder",
    errno.EISDIR: _NOT_REGULAR,
    errno.ELOOP: "it leads through a symbolic link: name the file that the link points to",
    errno.ENAMETOOLONG: "a name in it is too long for the file system: use a shorter one",
    errno.ENOENT: "there is no such file: name one that exists",
    errno.ENOTDIR: "a part of it is a file or a symbolic link: name real folders on the way",
    errno.ENXIO: _NOT_REGULAR,
    errno.EPERM: "the system does not permit it: name a file of the worker's user",
}


def rejected(path: str, reason: str) -> FileRejected:
    """Returns the error that says why `path` is refused and how to mend it."""
    shown = path if len(path) <= 200 else f"{path[:200]}…"
    return FileRejected(f"{shown!r} is refused: {reason}")


@contextmanager
def translated(path: str) -> Generator[None]:
    """Raises the system's refusals as FileRejected, its failures as FileProcessingFailed."""
    try:
        yield
    except OSError as error:
        if error.errno in _REASONS:
            raise rejected(path, _REASONS[error.errno]) from error
        raise FileProcessingFailed(f"working on {path!r} failed: {error.strerror}") from error


@contextmanager
def folder_beneath(root: Path, names: Sequence[str], *, make: bool = False) -> Generator[int]:
    """Opens the folder `names` below `root` for the block; with `make`, missing ones are made."""
    descriptor = os.open(root, _FOLDER)
    try:
        for name in names:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=descriptor)
            inner = open_folder(name, descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def open_folder(name: str, outer: int) -> int:
    """Returns a descriptor of the folder `name` in `outer`, which is no link."""
    return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=outer)


def open_regular(path: str, folder: int, name: str) -> int:
    """Returns a descriptor for reading `name` in `folder`, which is a regular file for sure."""
    descriptor = os.open(name, _FILE, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise rejected(path, _NOT_REGULAR)
    return descriptor


def check_replaceable(path: str, folder: int, name: str) -> None:
    """Refuses to put a file where something else stands: a link, a folder, a pipe, a device."""
    with suppress(FileNotFoundError):
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            raise rejected(path, _REASONS[errno.ELOOP])
        if not stat.S_ISREG(mode):
            raise rejected(path, _NOT_REGULAR)
