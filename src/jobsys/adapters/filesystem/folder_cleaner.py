"""Cleaning folders of a local disk, confined to a few of them."""

import os
from collections.abc import Generator, Sequence
from contextlib import suppress
from pathlib import Path

from jobsys.adapters.filesystem.confined import folder_beneath, rejected, translated
from jobsys.adapters.filesystem.roots import Roots
from jobsys.adapters.filesystem.walk import Walk
from jobsys.ports.folder_cleaner import Cleaned, FolderCleaner, Sweep


class LocalFolderCleaner(FolderCleaner):
    """Cleans what lies below `roots`; a root that is a symbolic link itself is refused."""

    def __init__(self, roots: Sequence[str | Path]) -> None:
        self._roots = Roots(roots)

    def sweep(self, wanted: Sweep) -> Generator[Cleaned]:
        root, names = self._roots.located(wanted.folder)
        with translated(wanted.folder):
            if root.is_symlink():
                raise rejected(wanted.folder, "its root is a symbolic link: allow the real folder")
            with folder_beneath(root, names) as folder:
                device = _checked_device(wanted.folder, root, folder)
                yield from Walk(wanted, device).sweep(folder)


def _checked_device(path: str, root: Path, folder: int) -> int:
    """Returns the file system of a folder that may be swept."""
    found = os.fstat(folder)
    if found.st_dev != root.stat().st_dev:
        raise rejected(path, "it is on another file system than its root: allow it as a root")
    with suppress(OSError, RuntimeError):  # not everyone has a home
        if os.path.samestat(found, Path.home().stat()):
            raise rejected(path, "it is the home of the worker's user: name a folder in it")
    return found.st_dev
