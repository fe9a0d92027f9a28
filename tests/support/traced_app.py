"""Jobs that have processes of their own, and spans in these."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import get_current_span

from jobsys import BaseJob, JobContext
from jobsys.application.once import Once


class Apart(BaseJob):
    """Tells of the span that it makes in its process."""

    isolation = "process"


class ApartAsync(Apart):
    """Does so as a coroutine."""


@Once
def provider() -> TracerProvider:
    """Makes the SDK of a child process."""
    return TracerProvider()


def apart(job: Apart, context: JobContext) -> dict[str, str]:
    """Returns the trace and the parent of a span that is made here."""
    context.log.warning("told from a child")
    around = get_current_span().get_span_context()
    with provider().get_tracer("host").start_as_current_span("inside"):
        inside = get_current_span().get_span_context()
    return {
        "trace": f"{inside.trace_id:032x}",
        "parent": f"{around.span_id:016x}",
        "own": f"{inside.span_id:016x}",
    }


async def apart_async(job: ApartAsync, context: JobContext) -> dict[str, str]:
    """Returns the same."""
    return apart(job, context)
