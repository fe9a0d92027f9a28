"""The verb `jobsys fsck`: what is wrong in the store, and mending it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, cast

import typer

from jobsys.adapters.cli.completion import queues as queue_names
from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.output import print_json, show, spaced
from jobsys.adapters.cli.printable import printable
from jobsys.adapters.cli.progress import progress
from jobsys.adapters.cli.table import Table
from jobsys.application.store_check import CheckStore, Outcome, StoreReport
from jobsys.domain.names import checked_name


def fsck(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    queue: Annotated[
        list[str] | None,
        typer.Option(help="Only this queue; may be given again.", autocompletion=queue_names),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check the store, and mend it with --repair; exit code 1 while something is wrong."""
    given = cast("Invocation", context.obj)
    asked = CheckStore([checked_name("queue", name) for name in queue or ()], repair)
    with progress() as tell:
        report = given.run_on(
            lambda application: asked.run(
                application.backend().ports.checker(),
                lambda step: tell(step.what, step.done, step.of),
            )
        )
    if given.as_json or as_json:
        print_json(_view(report))
    else:
        _print(report)
    raise typer.Exit(0 if report.is_clean else 1)


def _view(report: StoreReport) -> Mapping[str, object]:
    findings = [
        {
            "subject": printable(finding.subject),
            "kind": finding.kind.value,
            "queue": finding.queue,
            "told": printable(finding.told),
            "repair": finding.repair or None,
            "outcome": outcome.value,
        }
        for finding, outcome in report.outcomes
    ]
    return {"clean": report.is_clean, "findings": findings, "left_out": report.left_out}


def _rows(report: StoreReport) -> Iterator[Sequence[str]]:
    for finding, outcome in report.outcomes:
        told = finding.told
        subject, mend = finding.subject, finding.repair or "by hand"
        yield subject, finding.kind, told, mend, spaced(outcome)


def _print(report: StoreReport) -> None:
    if report.outcomes:
        show(Table(("what", "kind", "what is wrong", "repair", "outcome"), list(_rows(report))))
    for told in report.left_out:
        show(f"left out: {told}")
    number = len(report.outcomes)
    if not number:
        show("clean")
    elif report.is_clean:
        show(f"{number} found, none remains")
    elif any(outcome is Outcome.FOUND for _, outcome in report.outcomes):
        show(f"{number} found, nothing changed; jobsys fsck --repair mends what it can")
    else:
        show(f"{number} found; what is to be done by hand remains")
