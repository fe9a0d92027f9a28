"""What is remembered of an attempt that did not succeed."""

from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

MESSAGE_LIMIT: Final = 2_000
TRACEBACK_LIMIT: Final = 8_000
KEPT_ERRORS: Final = 10


class AttemptError(BaseModel):
    """One line of a job's error history; the history keeps the last ten."""

    model_config = ConfigDict(frozen=True)

    attempt: int
    at: datetime
    code: str
    type: str
    message: str
    traceback: str = ""


def clipped(text: str, limit: int) -> str:
    """Returns `text` cut to `limit` characters, its middle left out where it is longer.

    >>> clipped("abcdefghij", 7)
    'abc…hij'
    """
    if len(text) <= limit:
        return text
    half = (limit - 1) // 2
    return f"{text[:half]}…{text[len(text) - half:]}"
