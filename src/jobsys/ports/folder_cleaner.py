"""Removing what is old from folders."""

from abc import abstractmethod
from collections.abc import Generator
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from jobsys.domain.value import value


class Fate(StrEnum):
    """What became of a file or folder; in a dry run, what would have."""

    FILE_REMOVED = "file removed"
    FOLDER_REMOVED = "folder removed"
    VANISHED = "vanished"
    KEPT = "kept"


@value
class Sweep:
    """What to remove from a folder: files unchanged since `before` whose names match `pattern`."""

    folder: str
    before: datetime
    pattern: str = "*"
    recursive: bool = False
    dry_run: bool = True


@value
class Cleaned:
    """One file or folder, by its printable way down from the swept folder, and its size."""

    path: str
    fate: Fate
    bytes: int = 0


class FolderCleaner(Protocol):
    """Removes files below a few allowed places, and nothing else. Calls block: use a thread."""

    @abstractmethod
    def sweep(self, wanted: Sweep) -> Generator[Cleaned]:
        """Removes what is wanted, one at a time as it is asked for, and tells what became of it.

        Only regular files whose last change is before `before` and whose names match are removed:
        no links, pipes or devices. `*` does not match a leading dot. What a link leads to is never
        touched, nor anything outside the folder, whoever swaps what meanwhile. A file that is gone
        before it can be removed has VANISHED; one that may not be removed, or a folder that cannot
        be searched, is KEPT.

        A recursive sweep also searches the folders below, but no hidden ones and no other file
        systems, and removes those that are empty then, if it emptied them or they have not changed
        since `before`. A dry run removes nothing and tells the same.

        Raises:
            FileRejected: the folder is an allowed place itself or not below one, leads through a
                link, is a home or a mount point, or is no folder.
            FileProcessingFailed: the disk failed.

        """
