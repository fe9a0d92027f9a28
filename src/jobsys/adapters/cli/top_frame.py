"""One picture of `jobsys top`, as wide and as high as there is room. Import it only to draw."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import ConsoleDimensions, Group, RenderableType
from rich.table import Table
from rich.text import Text

from jobsys.adapters.cli.circuits import open_line
from jobsys.adapters.cli.output import moment, spaced
from jobsys.adapters.cli.printable import printable
from jobsys.application.overview import Overview
from jobsys.application.sight import Sight
from jobsys.application.views import stats_view
from jobsys.application.workers import WorkerState, WorkerView
from jobsys.domain.attempt_error import clipped, last_failure
from jobsys.domain.circuit_state import CircuitPhase
from jobsys.domain.duration import told_span
from jobsys.domain.record import JobRecord
from jobsys.domain.redaction import redacted

NARROW: Final = 70
"""Below so many columns a table has only what matters most."""
MOST_QUEUES: Final = 20
MOST_WORKERS: Final = 8
MOST_CIRCUITS: Final = 3
FIXED: Final = 7
"""Lines for the heads of tables, for what they leave out, and for a backend that is away."""

Row = Sequence[str]


def frame(sight: Sight | None, size: ConsoleDimensions, away: str = "") -> RenderableType:
    """Returns the picture; `away` is what keeps the backend from telling more than is shown.

    A height of 0 is any.
    """
    warning = [Text(printable(f"the backend is away: {away}"), "bold red")] if away else []
    if sight is None:
        return Group(*warning, Text("nothing is known yet"))
    return Group(*warning, *_parts(sight, size))


def _parts(sight: Sight, size: ConsoleDimensions) -> Iterator[RenderableType]:
    overview, is_narrow = sight.overview, size.width < NARROW
    head = list(_head(sight))
    yield from head
    circuits = [one for one in overview.circuits if one.phase is not CircuitPhase.CLOSED]
    lights = [Text(printable(open_line(one)), "yellow") for one in circuits[:MOST_CIRCUITS]]
    yield from lights
    others = min(len(overview.workers), MOST_WORKERS) + len(sight.failures)
    others += _lines([*head, *lights], size.width)
    room = size.height - FIXED - others
    most = MOST_QUEUES if not size.height else max(min(room, MOST_QUEUES), 3)
    yield from _queues(overview, most, is_narrow=is_narrow)
    yield from _workers(overview.workers, is_narrow=is_narrow)
    if sight.failures:
        yield _drawn(("newest failures", "type", "error"), [_failure(r) for r in sight.failures])


def _head(sight: Sight) -> Iterator[Text]:
    overview, now = sight.overview, sight.course.now
    stats = stats_view([one.counts for one in overview.queues.values()])
    counts = "  ".join(f"{name} {number:,}" for name, number in stats.items())
    yield Text(f"jobsys top  {moment(overview.at)}  queues: {len(overview.queues):,}", "bold")
    yield Text(counts)
    if now is None:
        yield Text("rates lie between two looks")
        return
    half, most = sight.course.latency(0.5), sight.course.within(0.95)
    took = "" if half is None or most is None else f"  half took {half:.3g} s, 95 % <= {most:.4g} s"
    yield Text(f"a second: {now.completed:.3g} completed, {now.failed:.3g} failed for good{took}")


def _lines(texts: Sequence[Text], width: int) -> int:
    """Returns how many lines texts take at most: one that is broken may leave room at each end."""
    return sum(1 if text.cell_len <= width else 1 + 2 * text.cell_len // width for text in texts)


def _queues(overview: Overview, most: int, *, is_narrow: bool) -> Iterator[RenderableType]:
    stats = {name: stats_view([one.counts]) for name, one in overview.queues.items()}
    by_load = sorted(stats, key=lambda n: (-stats[n]["waiting"], -stats[n]["active"], n))
    rows = list[Row]()
    for name in by_load[:most]:
        one, waited = stats[name], overview.waited(name)
        state = "paused" if overview.queues[name].policy.paused else ""
        oldest = told_span(waited) if waited else ""
        row = (name, f"{one['waiting']:,}", oldest, f"{one['active']:,}", f"{one['failed']:,}")
        rows.append(row if is_narrow else (*row, f"{one['delayed']:,}", state))
    columns = ("queue", "waiting", "oldest", "active", "dead")
    yield _drawn(columns if is_narrow else (*columns, "delayed", ""), rows)
    yield from _more(len(by_load) - most)


def _workers(workers: Sequence[WorkerView], *, is_narrow: bool) -> Iterator[RenderableType]:
    columns = ("worker", "state", "busy", "per second")
    shown = sorted(workers, key=lambda one: one.state is WorkerState.READY)[:MOST_WORKERS]
    rows = list[Row]()
    for one in shown:
        card = one.card
        row = (card.worker, spaced(one.state), f"{card.active}/{card.slots}", f"{card.rate:.3g}")
        where = f"{card.host} {card.pid}", " ".join(card.queues)
        rows.append(row if is_narrow else (*row, *where))
    yield _drawn(columns if is_narrow else (*columns, "where", "queues"), rows)
    yield from _more(len(workers) - MOST_WORKERS)


def _failure(record: JobRecord) -> Row:
    error = last_failure(record.errors)
    told = "" if error is None else f"{error.type}: {' '.join(error.message.split())}"
    return record.id, record.job_type or "?", clipped(redacted(told), 200)


def _more(number: int) -> Iterator[Text]:
    if number > 0:
        yield Text(f"and {number:,} more", "dim")


def _drawn(columns: Sequence[str], rows: Sequence[Row]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*(Text(printable(cell).replace("\n", " ")) for cell in row))
    return table
