"""The span of an attempt."""

from collections.abc import Mapping
from time import perf_counter
from typing import Final

from opentelemetry.trace import Span, format_span_id, format_trace_id

from jobsys.adapters.opentelemetry.conventions import JOB_OUTCOME
from jobsys.adapters.opentelemetry.failures import Failure
from jobsys.adapters.opentelemetry.meters import Meters
from jobsys.adapters.opentelemetry.quiet import QUIETLY
from jobsys.domain.lease import Lease
from jobsys.domain.status import JobEvent
from jobsys.domain.transition import Transition
from jobsys.ports.job_tracer import ProcessSpan

FAILURES: Final = (JobEvent.FAILED, JobEvent.CORRUPT, JobEvent.UNROUTABLE)


class AttemptSpan(ProcessSpan):
    """Ends once: as it is told, or, where nobody tells, with the call that it spans."""

    def __init__(self, span: Span, lease: Lease, meters: Meters) -> None:
        self._span = span
        self._lease = lease
        self._meters = meters
        self._begun = perf_counter()
        self._has_ended = False

    @property
    def ids(self) -> Mapping[str, str]:
        known = self._span.get_span_context()
        return {
            "trace_id": format_trace_id(known.trace_id),
            "span_id": format_span_id(known.span_id),
        }

    def ended(self, end: Transition) -> None:
        failed = end.error is not None and end.event in FAILURES
        self._end(Failure.remembered(end.error) if failed and end.error else None, end.target.value)

    def broke_off(self, error: BaseException | None) -> None:
        """Ends the span of a call that nobody has told of."""
        self._end(None if error is None else Failure.of(error), "")

    def _end(self, failure: Failure | None, outcome: str) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        seconds = perf_counter() - self._begun
        with QUIETLY:
            if outcome:
                self._span.set_attribute(JOB_OUTCOME, outcome)
            if failure is not None:
                failure.tell(self._span)
            self._span.end()
        self._meters.processed(self._lease, seconds, "" if failure is None else failure.type)
