"""The files of a folder: which can be worked on, and why the others cannot."""

import errno
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from jobsys import JobsysError

LONGEST_PATH: Final = 3_800
"""Bytes of a path below the folder; the system takes 4,095 for a whole one."""


class UnusableFolder(JobsysError):
    """The folder has no files to work on."""

    code = "UNUSABLE_FOLDER"


class Skip(StrEnum):
    """Why something in the folder is left out."""

    LINK = "symbolic links"
    NOT_READABLE = "not readable"
    NOT_REGULAR = "not regular files"
    NOT_UTF8 = "with names that are not UTF-8"
    TOO_LONG = "with paths too long"
    OWN = "folder of the demo itself"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What changes when a file does."""

    inode: int
    size: int
    modified_at: int
    changed_at: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Fingerprint":
        """Returns a file's present fingerprint."""
        return cls(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to work on: its path below the folder, and how it was when it was listed."""

    path: str
    was: Fingerprint


class Corpus:
    """What is in a folder and below; links are never followed.

    `skipped` counts what was left out, and `largest` is the largest file so far.
    """

    def __init__(self, folder: Path, own: Path) -> None:
        self.skipped: Counter[Skip] = Counter()
        self.largest = 0
        self._folder = os.fspath(folder)
        self._own = own.stat()

    @property
    def left_out(self) -> str:
        """What was left out, and why, in words; empty when nothing was."""
        return ", ".join(f"{count:,} {reason}" for reason, count in self.skipped.items())

    def files(self) -> Iterator[Source]:
        """Yields each file that can be read, folder by folder, as they are found."""
        pending = [""]
        while pending:
            below = pending.pop()
            try:
                with os.scandir(os.path.join(self._folder, below)) as entries:  # noqa: PTH118 (both are text)
                    for entry in entries:
                        yield from self._met(entry, below + entry.name, pending)
            except OSError as error:
                self._skip(
                    Skip.TOO_LONG if error.errno == errno.ENAMETOOLONG else Skip.NOT_READABLE
                )

    def _met(self, entry: "os.DirEntry[str]", path: str, pending: list[str]) -> Iterator[Source]:
        if entry.is_symlink():
            self._skip(Skip.LINK)
        elif entry.is_dir(follow_symlinks=False):
            if self._is_own(entry):
                self._skip(Skip.OWN)
            else:
                pending.append(f"{path}/")
        elif (reason := _objection(entry, path)) is not None:
            self._skip(reason)
        else:
            yield from self._taken(entry, path)

    def _taken(self, entry: "os.DirEntry[str]", path: str) -> Iterator[Source]:
        try:
            found = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return  # gone already: as if it had never been
        except OSError:
            self._skip(Skip.NOT_READABLE)
            return
        if os.access(entry.path, os.R_OK):
            self.largest = max(self.largest, found.st_size)
            yield Source(path, Fingerprint.of(found))
        elif Path(entry.path).exists():
            self._skip(Skip.NOT_READABLE)

    def _is_own(self, entry: "os.DirEntry[str]") -> bool:
        if entry.inode() != self._own.st_ino:
            return False
        return entry.stat(follow_symlinks=False).st_dev == self._own.st_dev

    def _skip(self, reason: Skip) -> None:
        self.skipped[reason] += 1


def checked_folder(folder: Path | None) -> Path | None:
    """Returns the folder to work on: the one given, else the repository's examples, if they are here.

    Raises:
        UnusableFolder: it is not a folder that can be listed.

    """
    if folder is None:
        examples = Path(__file__).parents[3] / "examples" / "files"
        return examples if examples.is_dir() else None
    try:
        with os.scandir(folder):
            return folder
    except OSError as error:
        raise UnusableFolder(f"{str(folder)!r} cannot be listed: {error.strerror}") from error


def _objection(entry: "os.DirEntry[str]", path: str) -> Skip | None:
    if not entry.is_file(follow_symlinks=False):
        return Skip.NOT_REGULAR
    try:
        if len(path.encode()) > LONGEST_PATH:
            return Skip.TOO_LONG
    except UnicodeEncodeError:
        return Skip.NOT_UTF8
    return None
