"""Telling of jobs in distributed traces."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from jobsys.domain.envelope import TraceContext
from jobsys.domain.lease import Lease
from jobsys.domain.transition import Transition
from jobsys.ports.submission import Submission


class ProcessSpan(Protocol):
    """An attempt, as its trace tells it."""

    @property
    @abstractmethod
    def ids(self) -> Mapping[str, str]:
        """What a log line says to be found with it: `trace_id` and `span_id`."""

    @abstractmethod
    def ended(self, end: Transition) -> None:
        """Tells how the attempt ended; whatever is told after that is not heard."""


class JobTracer(Protocol):
    """Makes spans, and counts what they span; it never raises, whatever its exporters do.

    An empty context means that there is nothing to carry.
    """

    @abstractmethod
    def sending(self, submissions: Sequence[Submission]) -> AbstractContextManager[TraceContext]:
        """Spans a call that stores jobs, and returns the context that they carry."""

    @abstractmethod
    def creating(self, submission: Submission) -> TraceContext:
        """Tells of a job that is stored later, and returns the context that it carries."""

    @abstractmethod
    def processing(self, lease: Lease) -> AbstractContextManager[ProcessSpan]:
        """Spans an attempt, in the trace of its job; what runs inside belongs to it."""

    @abstractmethod
    def here(self) -> TraceContext:
        """Returns what another process continues the present span by."""
