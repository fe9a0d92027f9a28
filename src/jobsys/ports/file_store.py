"""Files that jobs may read and write."""

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol


class FileStore(Protocol):
    """Opens the files of a few allowed places, and nothing else.

    Calls block: make them in a thread. A path is relative to the first allowed place, or absolute
    inside any of them. Both methods raise, on entering or in the block:

    Raises:
        FileRejected: the path leaves the allowed places, leads through a symbolic link, or names
            something other than a readable regular file; trying again is of no use.
        FileProcessingFailed: reading or writing failed on an accepted file.

    """

    @abstractmethod
    def read(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Opens a regular file for reading and seeking; never waits for a writer.

        What is opened is what was checked: a path swapped in between is never followed.
        """

    @abstractmethod
    def write(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Opens a new file that takes the place of `path` when the block ends without an error.

        A reader sees the old file or the whole new one, after a crash too. When the block raises,
        the old file stays and nothing new is left. Missing folders are made.
        """
