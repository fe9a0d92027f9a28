"""What a demo shows: progress for people at a terminal, then the table, or JSON."""

import json
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from jobsys.demo.verdict import Verdict

MOST_SHOWN: Final = 20
NO_TERMINAL_WIDTH: Final = 120


@dataclass(frozen=True)
class Report:
    """What is told at the end; `kept` says where to look when something was not as promised."""

    verdict: Verdict
    left_out: str
    seconds: float
    kept: str


class RateColumn(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """Returns the present rate."""
        return Text(f"{task.speed or 0:,.0f}/s", style="progress.data.speed")


@contextmanager
def progress(what: str) -> Generator[Callable[[int, int], None]]:
    """Yields what moves a bar to `done` of `total`; it is quiet where nobody is at a terminal."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(),
        RateColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show(report: Report) -> None:
    """Prints the table, what was left out, every mismatch, and the closing line."""
    verdict, console = report.verdict, _console()
    table = Table("scenario", "promise", "what the store and the ledger say", "")
    for row in verdict.rows:
        table.add_row(row.scenario, row.promise, row.seen, "ok" if row.ok else "NOT OK")
    console.print(table, soft_wrap=False)
    if report.left_out:
        console.print(f"left out: {report.left_out}")
    for mismatch in verdict.mismatches[:MOST_SHOWN]:
        console.print(f"mismatch: {mismatch}")
    if len(verdict.mismatches) > MOST_SHOWN:
        console.print(f"... and {len(verdict.mismatches) - MOST_SHOWN:,} more")
    console.print(_listed(verdict.totals))
    if report.kept:
        console.print(report.kept)
    end = "completed successfully" if verdict.is_success else "NOT as promised"
    console.print(f"{end} in {report.seconds:.1f} s")


def show_json(report: Report) -> None:
    """Prints the same as one JSON document."""
    verdict = report.verdict
    document = {
        "successful": verdict.is_success,
        "scenarios": [asdict(row) for row in verdict.rows],
        "totals": dict(verdict.totals),
        "left_out": report.left_out or None,
        "mismatches": list(verdict.mismatches),
        "kept": report.kept or None,
        "seconds": round(report.seconds, 2),
    }
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def _console() -> Console:
    console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = NO_TERMINAL_WIDTH
    return console


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in counts.items())
