"""What a user writes to carry a job out."""

from abc import abstractmethod
from datetime import datetime
from logging import Logger, LoggerAdapter
from typing import Protocol, TypeVar

from jobsys.domain.base_job import BaseJob
from jobsys.domain.job_id import JobId
from jobsys.ports.job_metrics import CustomMetrics

J_contra = TypeVar("J_contra", bound=BaseJob, contravariant=True)


class JobContext(Protocol):
    """What a handler may know and say about its attempt."""

    __slots__ = ()

    @property
    @abstractmethod
    def job_id(self) -> JobId:
        """The job's id."""

    @property
    @abstractmethod
    def attempt(self) -> int:
        """Which attempt this is: 1 for the first. A crash does not raise it."""

    @property
    @abstractmethod
    def max_attempts(self) -> int:
        """How many attempts the job has in all."""

    @property
    @abstractmethod
    def idempotency_key(self) -> str:
        """A text that is the same for every attempt of this job: hand it to payment or mail APIs."""

    @property
    @abstractmethod
    def fencing_token(self) -> int:
        """A number that grows with each claim of this job: stores that compare can refuse a zombie."""

    @property
    @abstractmethod
    def deadline(self) -> datetime:
        """When the attempt is out of time, by this host's clock."""

    @property
    @abstractmethod
    def lease_lost(self) -> bool:
        """True once another worker has the job, and while one may have it.

        Whatever the attempt returns is then refused. A worker that is cut off from the backend
        cannot know: it says so for as long as it could not renew the lease in time.
        """

    @property
    @abstractmethod
    def cancelled(self) -> bool:
        """True once somebody asked to cancel the job."""

    @property
    @abstractmethod
    def log(self) -> "LoggerAdapter[Logger]":
        """A logger whose lines carry the job's id and attempt."""

    @property
    @abstractmethod
    def metrics(self) -> CustomMetrics:
        """Counters, gauges and distributions of the handler's own, within bounds."""

    @abstractmethod
    async def progress(self, percent: int, message: str = "") -> None:
        """Notes how far the attempt is, 0 to 100; stored with the next renewal of the lease."""


class JobHandler(Protocol[J_contra]):
    """Carries out jobs of one class."""

    @abstractmethod
    def execute(self, job: J_contra, context: JobContext) -> object:
        """Does the work; `async def` or plain `def`, which runs in a thread.

        What it returns (or what awaiting it returns) is kept as the job's result, as JSON.
        An exception is a failed attempt; the job's retry policy says whether another follows.
        """
