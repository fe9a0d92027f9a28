"""What jobsys logs, written by loguru."""

import logging
import sys
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TextIO

from loguru import logger

from jobsys.adapters.loguru.lines import console_line, json_line
from jobsys.adapters.loguru.record_handler import RecordHandler
from jobsys.adapters.loguru.sink import LineSink

if TYPE_CHECKING:
    from loguru import Record

SOURCE: Final = "jobsys"
LOGURUS_OWN_SINK: Final = 0


class LoguruLogging:
    """Takes the log lines of jobsys over from the standard library's logging.

    They go to `stream` (by default stderr) as lines for people, or as JSON, one object a line. What
    job code logs with loguru goes there as well, instead of to the sink that loguru begins with.
    """

    def __init__(self, level: str, as_json: bool, stream: TextIO | None = None) -> None:
        self._level = level
        self._as_json = as_json
        self._stream = stream
        self._sink: int | None = None
        self._handler = RecordHandler()
        self._before = logging.NOTSET

    def install(self) -> None:
        """Writes every line from now on; installing twice changes nothing."""
        if self._sink is not None:
            return
        with suppress(ValueError):  # the host has removed it, and has sinks of its own
            logger.remove(LOGURUS_OWN_SINK)
        line = json_line if self._as_json else console_line
        self._sink = logger.add(
            LineSink(self._stream or sys.stderr, line),
            level=self._level,
            format=_no_format,
            colorize=False,
            backtrace=False,
            diagnose=False,
        )
        source = logging.getLogger(SOURCE)
        self._before = source.level
        source.addHandler(self._handler)
        source.setLevel(self._level)
        source.propagate = False

    def remove(self) -> None:
        """Gives the lines back to the standard library's logging."""
        if self._sink is None:
            return
        source = logging.getLogger(SOURCE)
        source.propagate = True
        source.setLevel(self._before)
        source.removeHandler(self._handler)
        logger.remove(self._sink)
        self._sink = None

    def __enter__(self) -> Self:
        self.install()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()


def _no_format(_: "Record") -> str:
    return ""  # the sink makes the line itself, in a tenth of the time
