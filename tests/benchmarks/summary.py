"""The few figures that the README shows."""

from collections.abc import Iterable
from typing import Final

from tests.benchmarks.rounds import Row
from tests.benchmarks.run import Run
from tests.benchmarks.tables import FIGURES, NOTHING, markdown

SHOWN: Final = (
    ("no-op", "rate"),
    ("no-op, 2 processes", "rate"),
    ("10 ms sleeps", "rate"),
    ("useful job", "rate"),
    ("enqueue, 1 caller", "rate"),
    ("enqueue, 100 callers", "rate"),
    ("enqueue, 1000 a call", "rate"),
    ("pickup", "p50_ms"),
    ("recovery", "seconds"),
    ("SQLite: no-op", "rate"),
    ("SQLite: pickup", "p50_ms"),
    ("memory: no-op", "rate"),
)
HEADS: Final = ("measure", "jobsys", "of the bare engine", "best of the peers")


def summary(run: Run) -> str:
    """Returns a table of what was measured, and what it was measured on."""
    machine = run.about.machine
    where = f"{machine['cores']} cores ({machine['CPU']}), Python {machine['Python']}"
    stores = f"Redis {machine['Redis']}, SQLite {machine['SQLite']}"
    cells = [_cells(run, measure, figure) for measure, figure in SHOWN]
    size = "" if run.scale == 1 else f" at scale {run.scale:g}"
    how = f"{run.date}, medians of {run.rounds} rounds{size}"
    return f"{how}; {where}, {stores}:\n\n{markdown(HEADS, cells)}"


def _cells(run: Run, measure: str, figure: str) -> list[str]:
    rows = {row.contender: row for row in run.rows if row.measure == measure}
    ours = rows.get("jobsys")
    if ours is None:
        return [measure, NOTHING, NOTHING, NOTHING]
    ratio = f"{ours.ratios['raw']:.2f}" if "raw" in ours.ratios else NOTHING
    peers = [row for name, row in rows.items() if name in run.about.peers]
    return [measure, _shown(ours, figure), ratio, _best(peers, figure)]


def _best(peers: Iterable[Row], figure: str) -> str:
    able = [row for row in peers if figure in row.figures and not row.fault]
    if not able:
        return NOTHING
    choose = max if figure == "rate" else min
    best = choose(able, key=lambda row: row.figures[figure])
    return f"{_shown(best, figure)} ({best.contender})"


def _shown(row: Row, figure: str) -> str:
    if figure not in row.figures:
        return NOTHING
    title, show = FIGURES[figure]
    name, _, unit = title.rpartition(", ")
    told = f"{show(row.figures[figure])} {unit}"
    return f"{name} {told}" if name else told
