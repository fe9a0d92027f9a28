"""Walking down a folder and removing files, each by the folder that it was found in.

Nothing is reached by a path: every name is looked at, opened and removed relative to its open
folder, without following links, so there is no moment in which a swap could lead elsewhere.
"""

import errno
import os
import stat
from collections.abc import Generator
from fnmatch import fnmatchcase
from typing import Final

from jobsys.adapters.filesystem.confined import open_folder
from jobsys.ports.folder_cleaner import Cleaned, Fate, Sweep

DEEPEST: Final = 64
"""How far down folders are searched: each level holds a descriptor."""

_FATES: Final = {errno.ENOENT: Fate.VANISHED} | dict.fromkeys(
    (
        *(errno.EACCES, errno.EBUSY, errno.EISDIR, errno.ELOOP, errno.ENOTDIR, errno.EPERM),
        *(errno.EEXIST, errno.ENOTEMPTY),
    ),
    Fate.KEPT,
)

Steps = Generator[Cleaned, None, bool]
"""Tells what becomes of files and folders; returns whether all of them are gone."""


class Walk:
    """One sweep of one folder, which stays on one file system."""

    def __init__(self, wanted: Sweep, device: int) -> None:
        self._wanted = wanted
        self._before = wanted.before.timestamp()
        self._device = device

    def sweep(self, folder: int, way: tuple[str, ...] = ()) -> Steps:
        """Sweeps an open folder, in the order of its names."""
        all_gone = True
        for name in sorted(os.listdir(folder)):
            gone = yield from self._entry(folder, (*way, name))
            all_gone = all_gone and gone
        return all_gone

    def _entry(self, folder: int, way: tuple[str, ...]) -> Steps:
        try:
            found = os.stat(way[-1], dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            if self._matches(way[-1]):
                yield _cleaned(way, Fate.VANISHED)
            return True
        if stat.S_ISDIR(found.st_mode) and self._enters(way):
            return (yield from self._folder(folder, way))
        if stat.S_ISREG(found.st_mode) and self._is_old(found) and self._matches(way[-1]):
            return (yield from self._file(folder, way, found.st_size))
        return False

    def _file(self, folder: int, way: tuple[str, ...], size: int) -> Steps:
        fate = Fate.FILE_REMOVED
        if not self._wanted.dry_run:
            try:
                os.unlink(way[-1], dir_fd=folder)
            except OSError as error:
                fate = _fate_of(error)
        yield _cleaned(way, fate, size if fate is Fate.FILE_REMOVED else 0)
        return fate is not Fate.KEPT

    def _folder(self, outer: int, way: tuple[str, ...]) -> Steps:
        try:
            folder = open_folder(way[-1], outer)
        except OSError as error:
            fate = _fate_of(error)
            yield _cleaned(way, fate)
            return fate is Fate.VANISHED
        try:
            empty = yield from self._inner(folder, way)
        finally:
            os.close(folder)
        return (yield from self._empty_folder(outer, way)) if empty else False

    def _inner(self, folder: int, way: tuple[str, ...]) -> Steps:
        """Sweeps an open folder below the first one; returns whether it is to go."""
        found = os.fstat(folder)
        if found.st_dev != self._device:
            return False
        held_any = bool(os.listdir(folder))
        all_gone = yield from self.sweep(folder, way)
        return all_gone and (held_any or self._is_old(found))

    def _empty_folder(self, outer: int, way: tuple[str, ...]) -> Steps:
        fate = Fate.FOLDER_REMOVED
        if not self._wanted.dry_run:
            try:
                os.rmdir(way[-1], dir_fd=outer)
            except OSError as error:
                fate = _fate_of(error)
        yield _cleaned(way, fate)
        return fate is not Fate.KEPT

    def _enters(self, way: tuple[str, ...]) -> bool:
        return self._wanted.recursive and not way[-1].startswith(".") and len(way) < DEEPEST

    def _is_old(self, found: os.stat_result) -> bool:
        return found.st_mtime < self._before

    def _matches(self, name: str) -> bool:
        pattern = self._wanted.pattern
        return fnmatchcase(name, pattern) and name.startswith(".") <= pattern.startswith(".")


def _cleaned(way: tuple[str, ...], fate: Fate, size: int = 0) -> Cleaned:
    return Cleaned("/".join(way).encode(errors="backslashreplace").decode(), fate, size)


def _fate_of(error: OSError) -> Fate:
    """Returns what a refusal means for the file or folder; raises what is a failure of the disk."""
    if error.errno not in _FATES:
        raise error
    return _FATES[error.errno]
