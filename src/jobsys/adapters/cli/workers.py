"""`jobsys workers` and `jobsys explain`: who would run a job, and why one waits."""

from typing import Annotated, cast

import typer

from jobsys.adapters.cli import output
from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.table import Table
from jobsys.application.worker_views import explanation_view, worker_view
from jobsys.application.workers import WorkerView


def workers(context: typer.Context, as_json: Json = False) -> None:
    """List the workers of all processes: what each serves, how busy it is, what is amiss."""
    given = cast("Invocation", context.obj)
    found = given.run(lambda jobs: jobs.workers.find())
    if given.as_json or as_json:
        output.print_json({"workers": [worker_view(one) for one in found]})
        return
    columns = ("worker", "state", "host", "pid", "since", "queues", "busy", "per second")
    output.show(Table(columns, [_row(one) for one in found]))
    for one in found:
        if one.why:
            output.show(f"worker {one.card.worker}: {one.why}")


def explain(
    context: typer.Context,
    job_id: Annotated[str, typer.Argument(metavar="ID", help="The job's id, as queue:key.")],
    as_json: Json = False,
) -> None:
    """Tell why a job waits, what mends that, and when it will begin."""
    given = cast("Invocation", context.obj)
    told = given.run(lambda jobs: jobs.explain(job_id))
    if given.as_json or as_json:
        output.print_json(explanation_view(told))
        return
    output.show(f"{told.code}: {told.sentence}")
    if told.starts_at is not None:
        output.show(f"it should begin at {output.moment(told.starts_at)}")
    if told.mend:
        output.show(f"to mend it: {told.mend}")


def _row(one: WorkerView) -> tuple[str, ...]:
    card = one.card
    return (
        card.worker,
        one.state,
        card.host,
        str(card.pid),
        output.moment(card.started_at),
        " ".join(card.queues),
        f"{card.active}/{card.slots}",
        f"{card.rate:.3g}",
    )
