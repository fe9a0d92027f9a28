"""Contexts on their way from one process to another, by the propagator that the host has chosen."""

from collections.abc import Generator
from contextlib import contextmanager

from opentelemetry.context import attach, detach
from opentelemetry.context.context import Context
from opentelemetry.propagate import extract, inject

from jobsys.domain.envelope import TraceContext


def carried(context: Context | None = None) -> TraceContext:
    """Returns what carries a context, or the current one."""
    carrier: dict[str, str] = {}
    inject(carrier, context)
    return carrier


def extracted(trace: TraceContext | None) -> Context:
    """Returns the context that was carried; where none was, an empty one, whatever is current here."""
    return extract(trace or {}, Context())


@contextmanager
def entered(context: Context) -> Generator[None]:
    """Makes a context the current one."""
    token = attach(context)
    try:
        yield
    finally:
        detach(token)
