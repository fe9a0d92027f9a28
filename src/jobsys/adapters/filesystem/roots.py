"""Which paths lie in the few folders that are allowed."""

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from jobsys.adapters.filesystem.confined import rejected
from jobsys.domain.errors import ConfigurationError


class Roots:
    """The allowed folders; how they themselves are reached is trusted, links included."""

    def __init__(self, roots: Sequence[str | Path]) -> None:
        if not roots:
            raise ConfigurationError("files need at least one root folder: name it in the settings")
        self._roots = [Path(os.path.normpath(Path(root).absolute())) for root in roots]

    def located(self, path: str) -> tuple[Path, Sequence[str]]:
        """Splits a path into its root and one or more names on the way down from there.

        Raises:
            FileRejected: it leaves the roots, or is one of them.

        """
        if not _is_encodable(path) or "\0" in path:
            raise rejected(path[:200], "it has characters that no file name has: leave them out")
        pure = PurePosixPath(path)
        if ".." in pure.parts:
            raise rejected(path, "it has '..' in it: name the file by its way down from a root")
        root = self._root_of(path, pure)
        names = (pure.relative_to(root) if pure.is_absolute() else pure).parts
        if not names:
            raise rejected(path, "it is an allowed root itself: name what lies below it")
        return root, names

    def _root_of(self, path: str, pure: PurePosixPath) -> Path:
        if not pure.is_absolute():
            return self._roots[0]
        for root in self._roots:
            if pure.is_relative_to(root):
                return root
        raise rejected(path, "it is outside the allowed roots: move the file, or allow its folder")


def _is_encodable(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True
