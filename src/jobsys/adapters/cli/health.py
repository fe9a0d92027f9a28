"""`jobsys health`: whether the backend answers, and whether jobs get done."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from time import perf_counter
from typing import Final, cast

import typer

from jobsys.adapters.cli.doctor import lines_of
from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.output import print_json, show
from jobsys.adapters.cli.table import Table
from jobsys.adapters.cli.target import Application
from jobsys.application.doctor.examination import glanced
from jobsys.application.health import judged
from jobsys.application.overview import Overview
from jobsys.application.views import circuit_view
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.status import JobStatus
from jobsys.domain.value import value
from jobsys.ports.durability import Severity
from jobsys.ports.errors import AdapterError

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

    overview: Overview
    answered_in_ms: float
    schedules: int

    @property
    def queues(self) -> Mapping[str, Mapping[str, int]]:
        """How many jobs of each queue lie in each place."""
        return {
            name: {place: sum(one.counts.now[s] for s in held) for place, held in PLACES.items()}
            for name, one in self.overview.queues.items()
        }

    @property
    def total(self) -> Mapping[str, int]:
        """How many jobs of all queues lie in each place."""
        return {place: sum(one[place] for one in self.queues.values()) for place in PLACES}


def health(context: typer.Context, as_json: Json = False) -> None:
    """Tell whether the backend answers; exit code 0 if so, 69 if not, 1 if its data is damaged.

    One that answers is degraded where something is amiss at a glance: `jobsys doctor` looks closer.
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
        print_json({"healthy": True, **judged(found.overview), **_view(found)})
    else:
        _print(found, given)


async def _asked(application: Application) -> Health:
    begun = perf_counter()
    overview = await application.survey().read()
    took = perf_counter() - begun
    schedules = len(await application.job_service().schedules.find())
    return Health(overview, round(took * 1000, 1), schedules)


def _view(found: Health) -> Mapping[str, object]:
    return {
        "answered_in_ms": found.answered_in_ms,
        **found.total,
        "schedules": found.schedules,
        "queues": found.queues,
        "circuits": [circuit_view(one) for one in found.overview.circuits],
        "warnings": [asdict(weakness) for weakness in found.overview.weaknesses],
    }


def _print(found: Health, given: Invocation) -> None:
    findings = glanced(found.overview)
    told = "healthy, but degraded" if findings else "healthy"
    show(f"{told}: the backend answered in {found.answered_in_ms} ms")
    for finding in findings:
        sys.stdout.writelines(f"{line}\n" for line in lines_of(finding, given))
    for weakness in found.overview.weaknesses:
        if weakness.severity is Severity.INFO:  # the URL asks for it
            show(f"{weakness.severity} {weakness.code}: {weakness.message}")
    columns = ("queue", *(place.replace("_", " ") for place in PLACES))
    rows = [(name, *map(str, places.values())) for name, places in found.queues.items()]
    show(Table(columns, rows, ("all queues", *map(str, found.total.values()))))
    show(f"schedules: {found.schedules}")
