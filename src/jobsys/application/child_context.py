"""The context of an attempt in a child process, which has its worker tell and keep what is said."""

from collections.abc import Callable
from datetime import datetime
from logging import Handler, Logger, LoggerAdapter, LogRecord, getLogger

from jobsys.application.context import told_progress
from jobsys.application.errand_texts import Facts, Line, Measure, News, Note
from jobsys.domain.attempt_error import clipped
from jobsys.domain.errors import JobTimeout
from jobsys.domain.job_id import JobId
from jobsys.ports.job_handler import JobContext
from jobsys.ports.job_metrics import CustomMetrics
from jobsys.ports.process_runner import ParentLine

LONGEST_LINE = 8_000
Say = Callable[[Note], None]


class ChildContext(JobContext):
    """Knows what the order said, and looks for news when it is asked for what may change."""

    def __init__(self, facts: Facts, parent: ParentLine) -> None:
        self._facts = facts
        self._parent = parent
        self._known = News()
        self._is_over = False

    @property
    def job_id(self) -> JobId:
        return JobId(self._facts.job_id)

    @property
    def attempt(self) -> int:
        return self._facts.attempt

    @property
    def max_attempts(self) -> int:
        return self._facts.max_attempts

    @property
    def idempotency_key(self) -> str:
        return self._facts.job_id

    @property
    def fencing_token(self) -> int:
        return self._facts.fencing_token

    @property
    def deadline(self) -> datetime:
        return self._facts.deadline

    @property
    def news(self) -> News:
        """What has changed since the order; once the attempt is over, nothing changes."""
        for text in () if self._is_over else self._parent.news():
            self._known = News.model_validate_json(text)
        return self._known

    @property
    def lease_lost(self) -> bool:
        return self.news.lease_lost

    @property
    def cancelled(self) -> bool:
        return self.news.is_cancelled

    @property
    def log(self) -> "LoggerAdapter[Logger]":
        return LoggerAdapter(getLogger("jobsys.job"), {"job_id": self.job_id})

    @property
    def metrics(self) -> CustomMetrics:
        return RelayedMetrics(self.say)

    async def progress(self, percent: int, message: str = "") -> None:
        self.say(Note(progress=told_progress(percent, message)))

    def say(self, note: Note) -> None:
        """Says something, unless the attempt is over."""
        if not self._is_over:
            self._parent.tell(note.model_dump_json(exclude_none=True).encode())

    def end(self) -> None:
        """Ends the attempt: what a thread that it has left behind says is heard no more."""
        self._is_over = True


class RelayedMetrics(CustomMetrics):
    """Has the worker count."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def counter(self, name: str, amount: float = 1, /, **labels: object) -> None:
        self._measured("counter", name, amount, labels)

    def observe(self, name: str, seconds: float, /, **labels: object) -> None:
        self._measured("observe", name, seconds, labels)

    def gauge(self, name: str, number: float, /, **labels: object) -> None:
        self._measured("gauge", name, number, labels)

    def _measured(self, kind: str, name: str, number: float, labels: dict[str, object]) -> None:
        texts = {label: str(value) for label, value in labels.items()}
        self._say(
            Note(measure=Measure.model_construct(kind=kind, name=name, number=number, labels=texts))
        )


class RelayedLog(Handler):
    """Has the worker log, whatever logger a line came by."""

    def __init__(self) -> None:
        super().__init__()
        self.say: Say = lambda _: None

    def emit(self, record: LogRecord) -> None:
        try:
            text = clipped(self.format(record), LONGEST_LINE)
            line = Line(logger=record.name, level=record.levelno, text=text)
        except JobTimeout:  # the signal that its time is up came just now
            raise
        except Exception:  # noqa: BLE001 (a line never fails a job)
            self.handleError(record)
        else:
            self.say(Note(line=line))
