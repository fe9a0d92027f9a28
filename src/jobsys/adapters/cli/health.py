"""`jobsys health`: whether the backend answers, and what lies in it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from time import perf_counter
from typing import Final, cast

import typer

from jobsys.adapters.cli.circuits import open_line
from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.output import print_json, show
from jobsys.adapters.cli.table import Table
from jobsys.adapters.cli.target import Application
from jobsys.application.views import circuit_view
from jobsys.domain.circuit_state import CircuitPhase, CircuitStatus
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.status import JobStatus
from jobsys.domain.value import value
from jobsys.ports.durability import Weakness
from jobsys.ports.errors import AdapterError
from jobsys.ports.job_inspector import QueueCounts

PLACES: Final[Mapping[str, tuple[JobStatus, ...]]] = {
    "waiting": (JobStatus.QUEUED,),
    "delayed": (JobStatus.SCHEDULED, JobStatus.RETRYING, JobStatus.BLOCKED),
    "leased": (JobStatus.PROCESSING, JobStatus.CANCELLING),
    "dead_letters": (JobStatus.FAILED,),
}
"""The statuses of the jobs that lie in each place."""


@value
class Health:
    """What a backend that answers has told."""

    weaknesses: Sequence[Weakness]
    answered_in_ms: float
    queues: Mapping[str, Mapping[str, int]]
    schedules: int
    circuits: Sequence[CircuitStatus]

    @property
    def not_closed(self) -> Sequence[CircuitStatus]:
        """The circuits that keep jobs from running."""
        return [one for one in self.circuits if one.phase is not CircuitPhase.CLOSED]

    @property
    def status(self) -> str:
        """Is `ok`, or `degraded` where accepted jobs may be lost, or a circuit is not closed."""
        return "degraded" if self.weaknesses or self.not_closed else "ok"

    @property
    def total(self) -> Mapping[str, int]:
        """How many jobs of all queues lie in each place."""
        return {place: sum(one[place] for one in self.queues.values()) for place in PLACES}


def health(context: typer.Context, as_json: Json = False) -> None:
    """Tell whether the backend answers; exit code 0 if so, 69 if not, 1 if its data is damaged.

    One that answers, but may lose accepted jobs, is degraded; so is one with an open circuit.
    """
    given = cast("Invocation", context.obj)
    wants_json = given.as_json or as_json
    try:
        found = given.run_on(_asked)
    except (AdapterError, ConfigurationError) as error:
        if wants_json:
            print_json({"healthy": False, "error": {"code": error.code, "message": str(error)}})
        raise
    if wants_json:
        print_json({"healthy": True, "status": found.status, **_view(found)})
    else:
        _print(found)


async def _asked(application: Application) -> Health:
    weaknesses = await application.durability_check().passed()
    jobs, begun = application.job_service(), perf_counter()
    counts = await jobs.counts()
    took = perf_counter() - begun
    schedules = len(await jobs.schedules.find())
    queues = {queue: _places(one) for queue, one in counts.items()}
    circuits = await jobs.circuits.states()
    return Health(weaknesses, round(took * 1000, 1), queues, schedules, circuits)


def _places(counts: QueueCounts) -> Mapping[str, int]:
    return {name: sum(counts.now[status] for status in held) for name, held in PLACES.items()}


def _view(found: Health) -> Mapping[str, object]:
    return {
        "answered_in_ms": found.answered_in_ms,
        **found.total,
        "schedules": found.schedules,
        "queues": found.queues,
        "circuits": [circuit_view(one) for one in found.circuits],
        "warnings": [asdict(weakness) for weakness in found.weaknesses],
    }


def _print(found: Health) -> None:
    columns = ("queue", *(place.replace("_", " ") for place in PLACES))
    rows = [(name, *map(str, places.values())) for name, places in found.queues.items()]
    total = ("all queues", *map(str, found.total.values()))
    told = "healthy" if found.status == "ok" else f"healthy, but {found.status}"
    show(f"{told}: the backend counted its jobs in {found.answered_in_ms} ms")
    for weakness in found.weaknesses:
        show(f"{weakness.severity} {weakness.code}: {weakness.message}")
    for circuit in found.not_closed:
        show(open_line(circuit))
    show(Table(columns, rows, total))
    show(f"schedules: {found.schedules}")
