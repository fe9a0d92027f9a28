"""Failures that concern nobody but who watches."""

import logging
from types import TracebackType
from typing import Final

log = logging.getLogger("jobsys.tracing")


class Quiet:
    """Keeps an exception inside, and warns of the first one: telling of a job never fails it."""

    def __init__(self) -> None:
        self._has_warned = False

    def __enter__(self) -> None:
        """Begins."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        if not self._has_warned:
            self._has_warned = True
            log.warning("jobs go on, but not all is told of them: %r", error, exc_info=error)
        return True


QUIETLY: Final = Quiet()
