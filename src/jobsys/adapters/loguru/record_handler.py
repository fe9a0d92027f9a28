"""The way of a record of the standard library's logging into loguru."""

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from loguru import logger

if TYPE_CHECKING:
    from loguru import Record

_OWN: Final = vars(logging.makeLogRecord({})).keys() | {"message", "asctime", "taskName"}
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class RecordHandler(logging.Handler):
    """Hands each record on to loguru, with its ids; it never raises, whatever a record holds."""

    def emit(self, record: logging.LogRecord) -> None:
        """Hands a record on."""

        def from_there(told: "Record") -> None:
            told["name"], told["function"] = record.name, record.funcName
            told["line"] = record.lineno

        ids = {name: value for name, value in vars(record).items() if name not in _OWN}
        level = record.levelname if record.levelname in _LEVELS else record.levelno
        with suppress(Exception):  # sinks of the host's may raise anything
            bound = logger.bind(**ids).patch(from_there).opt(exception=record.exc_info)
            bound.log(level, "{}", _text(record))


def _text(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001 (what is logged may fail to tell itself)
        return f"{record.msg!r} cannot be told: {type(error).__name__}"
