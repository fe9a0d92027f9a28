"""Workers, and why a job waits for them."""

from jobsys.adapters.http.desk import Asking
from jobsys.adapters.http.endpoints.fields import JobIdText
from jobsys.application.worker_views import explanation_view, worker_view


async def workers(ask: Asking) -> dict[str, object]:
    """Lists the workers that have told of themselves in the last ten minutes."""
    return {"workers": [worker_view(one) for one in await ask.jobs.workers.find()]}


async def explain(ask: Asking, job_id: JobIdText) -> dict[str, object]:
    """Tells why a job waits, what mends that, and when it should begin."""
    await ask.record(job_id)
    return explanation_view(await ask.jobs.explain(job_id))
