"""Traces and metrics of jobs by OpenTelemetry, if it is installed."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from jobsys.domain.envelope import TraceContext
from jobsys.ports.errors import MissingExtra
from jobsys.ports.job_tracer import JobTracer

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

COMMAND = "python -m pip install 'jobsys[otel]'"


def open_tracer(
    tracer_provider: "TracerProvider | None", meter_provider: "MeterProvider | None"
) -> JobTracer:
    """Returns what tells these providers of jobs, or the global ones in the place of None.

    Raises:
        MissingExtra: OpenTelemetry is not installed.
    """
    try:
        from jobsys.adapters.opentelemetry.job_tracer import (  # noqa: PLC0415 (the extra may be missing)
            OpenTelemetryJobTracer,
        )
    except ModuleNotFoundError as error:
        raise MissingExtra(f"tracing needs OpenTelemetry: run {COMMAND}") from error
    return OpenTelemetryJobTracer(tracer_provider, meter_provider)


def continued(trace: TraceContext) -> AbstractContextManager[None]:
    """Has spans that begin inside belong to a trace that another process began."""
    from jobsys.adapters.opentelemetry.carrying import entered, extracted  # noqa: PLC0415 (as above)

    return entered(extracted(trace))
