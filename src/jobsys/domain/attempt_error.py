"""What is remembered of an attempt that did not succeed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from traceback import format_exception
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict

from jobsys.domain.errors import ExecutionError
from jobsys.domain.redaction import redacted

MESSAGE_LIMIT: Final = 2_000
TRACEBACK_LIMIT: Final = 8_000
LONGEST_SECRET: Final = 64 * 1024
BRIEF_TYPE: Final = 58
BRIEF_MESSAGE: Final = 140
KEPT_ERRORS: Final = 10
UNKNOWN_CODE: Final = "SRV_6001"
REPLACED_CODE: Final = "PAYLOAD_REPLACED"

T = TypeVar("T")


class AttemptError(BaseModel):
    """One line of a job's error history; the history keeps the last ten.

    A line may also tell of an edit: its `message` is then the whole payload that was replaced.
    """

    model_config = ConfigDict(frozen=True)

    attempt: int
    at: datetime
    code: str
    type: str
    message: str
    traceback: str = ""

    @property
    def tells_of_edit(self) -> bool:
        """True when nothing failed: the line keeps a payload that was replaced."""
        return self.code == REPLACED_CODE

    @property
    def brief(self) -> str:
        """What it says in one line of at most 200 characters, the secrets in its message masked."""
        message = redacted(" ".join(self.message.split()))
        return f"{clipped(self.type, BRIEF_TYPE)}: {clipped(message, BRIEF_MESSAGE)}"

    def tells(self, text: str) -> bool:
        """Says whether a text stands in its message, beside the secrets in it."""
        return text in self.message and text in redacted(self.message)


class ToldError(ExecutionError):
    """An exception that was raised in another process, as far as it is told here.

    `names` are those of its class and of the classes that this inherits from, the nearest first.
    """

    def __init__(self, told: AttemptError, names: Sequence[str]) -> None:
        super().__init__(f"{told.type}: {told.message}")
        self.told = told
        self.names = names


def remembered(error: BaseException, attempt: int, at: datetime) -> AttemptError:
    """Returns the line that an exception leaves in the history, its texts bounded and storable."""
    if isinstance(error, ToldError):
        return error.told
    try:
        return _remembered(error, attempt, at)
    except Exception as untold:  # noqa: BLE001 (an error may fail to tell itself)
        return _remembered(untold, attempt, at)


def replaced(payload: bytes, attempt: int, at: datetime) -> AttemptError:
    """Returns the line that keeps a payload which was replaced; what is no text is spelled out."""
    kept = payload.decode(errors="backslashreplace")
    return AttemptError(
        attempt=attempt, at=at, code=REPLACED_CODE, type="PayloadReplaced", message=kept
    )


def last_failure(history: Sequence[AttemptError]) -> AttemptError | None:
    """Returns the latest error of a history, if it has one."""
    return next((line for line in reversed(history) if not line.tells_of_edit), None)


def history_in(lines: Iterable[str | bytes]) -> tuple[AttemptError, ...]:
    """Returns the errors that stored lines tell of; one that cannot be read is left out.

    >>> history_in(["", "nonsense"])
    ()
    """
    return tuple(error for line in lines if line and (error := _read(line)) is not None)


def with_latest(history: Sequence[T], latest: T) -> list[T]:
    """Returns a history of errors with one more, without those that it has no room for.

    >>> with_latest(range(10), 10)
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    """
    return [*history, latest][-KEPT_ERRORS:]


def clipped(text: str, limit: int) -> str:
    """Returns `text` cut to `limit` characters, its middle left out where it is longer.

    Secrets in it are masked before: what is left of one that is cut in two is told from nothing.

    >>> clipped("abcdefghij", 7)
    'abc…hij'
    """
    if len(text) <= limit:
        return text
    if len(text) > 4 * LONGEST_SECRET:
        text = f"{text[: 2 * LONGEST_SECRET]}…{text[-2 * LONGEST_SECRET :]}"
    text = redacted(text)
    if len(text) <= limit:
        return text
    half = (limit - 1) // 2
    return f"{text[:half]}…{text[len(text) - half :]}"


def storable(text: str) -> str:
    r"""Returns `text` with what UTF-8 cannot say spelled out: names of files may hold such characters.

    >>> storable("\udcff")
    '\\udcff'
    """
    return text.encode(errors="backslashreplace").decode()


def _read(line: str | bytes) -> AttemptError | None:
    try:
        return AttemptError.model_validate_json(line)
    except ValueError:
        return None


def _remembered(error: BaseException, attempt: int, at: datetime) -> AttemptError:
    code = getattr(error, "code", UNKNOWN_CODE)
    return AttemptError(
        attempt=attempt,
        at=at,
        code=storable(code)[:64] if isinstance(code, str) else UNKNOWN_CODE,
        type=type(error).__qualname__,
        message=clipped(storable(str(error)), MESSAGE_LIMIT),
        traceback=clipped(storable("".join(format_exception(error))), TRACEBACK_LIMIT),
    )
