"""Where ended jobs go before they are removed."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Protocol


class Archive(Protocol):
    """Lines that stay, each a JSON object."""

    @abstractmethod
    async def add(self, lines: Sequence[bytes]) -> None:
        """Adds lines, in order; once it returns, they outlive the process and a loss of power.

        Raises:
            ArchiveUnavailable: they cannot be written now; some of them may be there all the same.
        """

    @abstractmethod
    def lines(self) -> Iterator[bytes]:
        """Yields every line that was added wholly, by any process, those of an older day first.

        What a death cut off is left out, and no other line with it.

        Raises:
            ArchiveUnavailable: it cannot be read.
        """
