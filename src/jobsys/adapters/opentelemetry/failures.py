"""What a span says of an exception: its class, and its texts without the secrets in them."""

from dataclasses import dataclass
from typing import Self

from opentelemetry.trace import Span, Status, StatusCode

from jobsys.adapters.opentelemetry.conventions import (
    ERROR_TYPE,
    EXCEPTION,
    EXCEPTION_MESSAGE,
    EXCEPTION_TRACEBACK,
    EXCEPTION_TYPE,
)
from jobsys.domain.attempt_error import MESSAGE_LIMIT, AttemptError, clipped, storable
from jobsys.domain.redaction import redacted


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception, as it may be shown."""

    type: str
    message: str
    traceback: str = ""

    @classmethod
    def remembered(cls, error: AttemptError) -> Self:
        """Returns what is shown of the failure of an attempt."""
        return cls(error.type, redacted(error.message), redacted(error.traceback))

    @classmethod
    def of(cls, error: BaseException) -> Self:
        """Returns what is shown of an exception that goes on to the caller."""
        try:
            message = clipped(storable(str(error)), MESSAGE_LIMIT)
        except Exception:  # noqa: BLE001 (an error may fail to tell itself)
            message = ""
        return cls(type(error).__qualname__, redacted(message))

    def tell(self, span: Span) -> None:
        """Marks a span as that of a failure."""
        told = {EXCEPTION_TYPE: self.type, EXCEPTION_MESSAGE: self.message}
        if self.traceback:
            told[EXCEPTION_TRACEBACK] = self.traceback
        span.set_attribute(ERROR_TYPE, self.type)
        span.set_status(Status(StatusCode.ERROR, self.message))
        span.add_event(EXCEPTION, told)
