"""Spans by the semantic conventions for messaging."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from time import perf_counter

from opentelemetry.context.context import Context
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import (
    INVALID_SPAN,
    Link,
    Span,
    SpanKind,
    TracerProvider,
    get_current_span,
    get_tracer,
    set_span_in_context,
)

from jobsys.adapters.opentelemetry.attempt_span import AttemptSpan
from jobsys.adapters.opentelemetry.carrying import carried, entered, extracted
from jobsys.adapters.opentelemetry.conventions import (
    Attributes,
    of_lease,
    of_submissions,
    span_name,
)
from jobsys.adapters.opentelemetry.failures import Failure
from jobsys.adapters.opentelemetry.meters import Meters
from jobsys.adapters.opentelemetry.quiet import QUIETLY
from jobsys.domain.envelope import TraceContext
from jobsys.domain.lease import Lease
from jobsys.ports.job_tracer import JobTracer
from jobsys.ports.submission import Submission


class OpenTelemetryJobTracer(JobTracer):
    """Has a producer's span for each call that sends, and a consumer's for each attempt.

    The second is a child of the first, and linked to it. What one call sends has one context.
    """

    def __init__(
        self, tracer_provider: TracerProvider | None, meter_provider: MeterProvider | None
    ) -> None:
        self._tracer = get_tracer("jobsys", tracer_provider=tracer_provider)
        self._meters = Meters(meter_provider)

    @contextmanager
    def sending(self, submissions: Sequence[Submission]) -> Generator[TraceContext]:
        span = self._begun(of_submissions("send", submissions), SpanKind.PRODUCER)
        begun, failure = perf_counter(), None
        try:
            with entered(set_span_in_context(span)):
                yield self.here()
        except BaseException as error:
            failure = Failure.of(error)
            raise
        finally:
            with QUIETLY:
                if failure is not None:
                    failure.tell(span)
                span.end()
            error_type = "" if failure is None else failure.type
            self._meters.sent(submissions, perf_counter() - begun, error_type)

    def creating(self, submission: Submission) -> TraceContext:
        span = self._begun(of_submissions("create", [submission]), SpanKind.PRODUCER)
        with QUIETLY:
            span.end()
            return carried(set_span_in_context(span))
        return {}

    @contextmanager
    def processing(self, lease: Lease) -> Generator[AttemptSpan]:
        context = Context()
        with QUIETLY:
            context = extracted(lease.record.header.trace)
        span = self._begun(of_lease("process", lease), SpanKind.CONSUMER, context)
        told = AttemptSpan(span, lease, self._meters)
        try:
            with entered(set_span_in_context(span, context)):
                yield told
        except BaseException as error:
            told.broke_off(error)
            raise
        told.broke_off(None)

    def here(self) -> TraceContext:
        with QUIETLY:
            return carried()
        return {}

    def _begun(
        self, attributes: Attributes, kind: SpanKind, context: Context | None = None
    ) -> Span:
        """Begins a span where the context says, linked to the one from which that was carried."""
        with QUIETLY:
            sender = get_current_span(context).get_span_context()
            is_carried = context is not None and sender.is_valid
            links = [Link(sender)] if is_carried else []
            name = span_name(attributes)
            return self._tracer.start_span(name, context, kind, attributes, links)
        return INVALID_SPAN
