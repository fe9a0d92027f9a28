"""Where log lines leave the process."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from loguru import Message, Record


class LineSink:
    """Writes a line for each record; one that cannot be written is lost, and nothing else is."""

    def __init__(self, stream: TextIO, line: "Callable[[Record], str]") -> None:
        self._stream = stream
        self._line = line

    def __call__(self, message: "Message") -> None:
        """Writes one line."""
        # A full disk, a closed stream, a value that cannot be told: none of them is the job's.
        with suppress(Exception):
            self._stream.write(self._line(message.record) + "\n")
            self._stream.flush()
