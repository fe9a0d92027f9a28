"""What OpenTelemetry was told of jobs."""

from collections.abc import Mapping, Sequence

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext, Tracer

from jobsys import JobsysContainer


class Spans:
    """Keeps every span and every measurement in this process."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.meter_provider = MeterProvider([self._reader])

    @property
    def tracer(self) -> Tracer:
        """The host's own."""
        return self.provider.get_tracer("host")

    def follow(self, container: JobsysContainer) -> None:
        """Has the container tell."""
        container.trace(self.provider, self.meter_provider)

    def named(self, name: str, **said: object) -> Sequence[ReadableSpan]:
        """Returns the spans of this name that say this of their jobs, in the order of their ends."""
        found = [span for span in self._exporter.get_finished_spans() if span.name == name]
        wanted = {f"jobsys.job.{what}": value for what, value in said.items()}
        return [span for span in found if wanted.items() <= dict(span.attributes or {}).items()]

    def one(self, name: str, **said: object) -> ReadableSpan:
        """Returns the one span of this name."""
        [span] = self.named(name, **said)
        return span

    def numbers(self, metric: str) -> Mapping[frozenset[tuple[str, object]], float]:
        """Returns the numbers of a metric, or how often it was measured, by its attributes."""
        data = self._reader.get_metrics_data()
        return {
            frozenset((point.attributes or {}).items()): getattr(point, "value", 0)
            or getattr(point, "count", 0)
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for measured in scope.metrics
            if measured.name == metric
            for point in measured.data.data_points
        }


def context_of(span: ReadableSpan) -> SpanContext:
    """Returns the context of a span, which each has."""
    known = span.get_span_context()
    assert known is not None
    return known


def said_of(span: ReadableSpan) -> dict[str, object]:
    """Returns the attributes of a span."""
    return dict(span.attributes or {})


def is_child(span: ReadableSpan, parent: ReadableSpan) -> bool:
    """Says whether a span is in its parent's trace, and its child."""
    above = span.parent
    return above is not None and (above.trace_id, above.span_id) == (
        context_of(parent).trace_id,
        context_of(parent).span_id,
    )
