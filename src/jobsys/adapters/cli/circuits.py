"""The verbs of `jobsys circuit`."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, cast

import typer

from jobsys.adapters.cli import output
from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.table import Table
from jobsys.application.circuits import CircuitBook
from jobsys.application.service import BackgroundJobService
from jobsys.application.views import circuit_view
from jobsys.domain.circuit_state import CircuitStatus
from jobsys.domain.duration import told_span

CircuitName = Annotated[str, typer.Argument(metavar="NAME", help="As its job types name it.")]

circuits = typer.Typer(help="Look at circuits, open and close them.", no_args_is_help=True)


@circuits.command("list")
def list_circuits(context: typer.Context, as_json: Json = False) -> None:
    """List circuits and where they stand; with --app also those that never failed."""
    given = cast("Invocation", context.obj)
    _print(given.run(lambda jobs: jobs.circuits.states()), given.as_json or as_json)


@circuits.command("open", epilog="Example: jobsys circuit open smtp")
def open_circuit(context: typer.Context, name: CircuitName, as_json: Json = False) -> None:
    """Hold the jobs of a circuit, in all workers, until it is closed."""
    given = cast("Invocation", context.obj)
    _told(_taken(given, name, lambda book: book.open(name)), given.as_json or as_json)


@circuits.command("close", epilog="Example: jobsys circuit close smtp")
def close_circuit(context: typer.Context, name: CircuitName, as_json: Json = False) -> None:
    """Let the jobs of a circuit run; those that it holds come back at their time."""
    given = cast("Invocation", context.obj)
    circuit = _taken(given, name, lambda book: book.close(name))
    _told(circuit, given.as_json or as_json)
    if circuit.back_within:
        output.note(f"jobs that it held come back within {told_span(circuit.back_within)}")
    elif not circuit.job_types:
        output.note("jobs that it held come back at their time: --app tells within what time")


def open_line(circuit: CircuitStatus) -> str:
    """Returns what is said of a circuit that is not closed."""
    if circuit.by_hand:
        return f"circuit {circuit.name} was opened by hand: jobsys circuit close {circuit.name}"
    tries = ", a job tries" if circuit.probes else ""
    until = output.moment(circuit.open_until)
    last = f", the last failure: {circuit.last_error}" if circuit.last_error else ""
    return f"circuit {circuit.name} is {circuit.phase}, its time is up at {until}{tries}{last}"


def _taken(
    given: Invocation, name: str, take: Callable[[CircuitBook], Awaitable[CircuitStatus]]
) -> CircuitStatus:
    """Returns where a circuit stands now; notes it where the application has none of this name."""

    async def taken(jobs: BackgroundJobService) -> CircuitStatus:
        named = jobs.circuits.named_here
        status = await take(jobs.circuits)
        if given.app and name not in named:
            output.note(
                f"no job type of {given.app} names the circuit {name!r};"
                f" named are: {', '.join(sorted(named)) or 'none'}"
            )
        return status

    return given.run(taken)


def _told(circuit: CircuitStatus, as_json: bool) -> None:
    output.print_outcome(circuit.name, circuit.phase, as_json, "circuit")


def _print(found: Sequence[CircuitStatus], as_json: bool) -> None:
    if as_json:
        output.print_json({"circuits": [circuit_view(one) for one in found]})
        return
    rows = [
        (
            one.name,
            one.phase.value,
            "closed by hand" if one.by_hand else output.moment(one.open_until),
            str(one.failures),
            output.moment(one.changed_at),
            ", ".join(one.probes),
            ", ".join(f"{kind} in {queue}" for kind, queue in one.job_types.items()),
            one.last_error,
        )
        for one in found
    ]
    head = ("circuit", "state", "open until", "failures", "since", "probes", "types", "last error")
    output.show(Table(head, rows))
