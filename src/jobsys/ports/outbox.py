"""Jobs in a database of the host's own, on their way to the backend."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from jobsys.domain.job_id import JobId
from jobsys.ports.submission import Submission


class Cursor(Protocol):
    """What carries out statements, as PEP 249 has it."""

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""
        ...

    def execute(self, statement: str, values: Sequence[object] = ..., /) -> object:
        """Carries out one statement."""
        ...

    def executemany(self, statement: str, rows: Sequence[Sequence[object]], /) -> object:
        """Carries out one statement for each row of values."""
        ...

    def fetchall(self) -> Sequence[Sequence[object]]:
        """Returns the rows that were found."""
        ...


class Connection(Protocol):
    """A connection to a database of the host's own, as PEP 249 has it."""

    def cursor(self) -> Cursor:
        """Opens a cursor."""
        ...

    def commit(self) -> object:
        """Makes what was done last."""
        ...

    def rollback(self) -> object:
        """Undoes what was done since the last commit."""
        ...

    def close(self) -> object:
        """Ends the connection."""
        ...


Connect = Callable[[], Connection]


class OutboxTable(Protocol):
    """A table of jobs, written by whoever has a transaction open; nothing here commits."""

    @abstractmethod
    def create(self, connection: Connection) -> None:
        """Makes the table, unless there is one."""

    @abstractmethod
    def add(self, connection: Connection, submission: Submission, at: datetime) -> None:
        """Writes a job down; one whose id stands there already is left as it is.

        A delay counts from `at`.

        Raises:
            ConfigurationError: the connection has no transaction that the row would be part of.
        """


Place: TypeAlias = tuple[int, str]
"""A row's place among the others: when it was written, and its job's id."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the jobs that wait, the oldest first."""

    jobs: Sequence[Submission]
    last: Place | None
    """The row that more may follow; None where none does."""


class OutboxRows(Protocol):
    """The same table, read by those who hand its jobs to the backend; each call commits."""

    @abstractmethod
    async def are_any(self) -> bool:
        """Says whether there are rows."""

    @abstractmethod
    async def waiting(self, run: str, limit: int, after: Place | None) -> Page:
        """Returns the jobs of the next `limit` rows that this run of the backend was not given.

        A job that another run was given is among them; one that nobody can read is left out.
        """

    @abstractmethod
    async def relayed(self, ids: Sequence[JobId], run: str, at: datetime) -> None:
        """Notes that this run of the backend was given these jobs."""

    @abstractmethod
    async def forget(self, run: str, before: datetime) -> None:
        """Removes the jobs that this run of the backend was given no later than then."""

    @abstractmethod
    async def close(self) -> None:
        """Closes the connection that the rows are read by; the next call opens another.

        A call that hangs is waited for no longer than about a second.
        """
