"""The logger of a handler, whose lines are kept with the job as well."""

import logging
import sys
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Final

from jobsys.application.execution_log import ids
from jobsys.application.log_sender import LogSender
from jobsys.domain.lease import Lease

ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None]
GivenError = bool | ErrorInfo | tuple[None, None, None] | BaseException | None

_PLAIN: Final = logging.Formatter("%(message)s")


class HandlerLogger(logging.LoggerAdapter[logging.Logger]):
    """Logs as any logger does, and has lines that are severe enough kept, whoever else hears them."""

    def __init__(self, logger: logging.Logger, lease: Lease, lines: LogSender) -> None:
        super().__init__(logger, ids(lease))
        self._lease = lease
        self._lines = lines

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802 (as logging has it)
        """Tells whether a line of this level is heard by anybody, or kept."""
        return level >= self._lines.level or super().isEnabledFor(level)

    def log(  # noqa: PLR0913 (as logging has it)
        self,
        level: int,
        msg: object,
        *args: object,
        exc_info: GivenError = None,
        stack_info: bool = False,
        stacklevel: int = 1,
        extra: Mapping[str, object] | None = None,
        **kwargs: object,
    ) -> None:
        """Logs a line, and has it kept; all other methods come here."""
        if level >= self._lines.level:
            with suppress(Exception):  # what cannot be told, logging complains of
                self._lines.tell(self._lease, level, self._told(level, msg, args, exc_info))
        super().log(
            level,
            msg,
            *args,
            exc_info=exc_info,
            stack_info=stack_info,
            stacklevel=stacklevel + 1,  # this frame is not the caller's
            extra=extra,
            **kwargs,
        )

    def _told(self, level: int, msg: object, args: tuple[object, ...], exc_info: GivenError) -> str:
        error = _error_of(exc_info)
        return _PLAIN.format(self.logger.makeRecord("", level, "", 0, msg, args, error))


def _error_of(given: GivenError) -> ErrorInfo | tuple[None, None, None] | None:
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    if isinstance(given, tuple):
        return given
    return sys.exc_info() if given else None
