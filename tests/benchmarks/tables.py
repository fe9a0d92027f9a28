"""Rows as tables in Markdown."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tests.benchmarks.rounds import Row

Show = Callable[[float], str]

NOTHING: Final = "-"


def _whole(figure: float) -> str:
    return f"{figure:,.0f}"


def _fine(figure: float) -> str:
    return f"{figure:.1f}"


def _finer(figure: float) -> str:
    return f"{figure:.2f}"


def _percent(figure: float) -> str:
    return f"{figure:.0%}"


def _permille(figure: float) -> str:
    return f"{figure:.1%}"


FIGURES: Final[Mapping[str, tuple[str, Show]]] = {
    "rate": ("jobs/s", _whole),
    "worker_us": ("worker, µs of CPU per job", _fine),
    "client_us": ("client, µs of CPU per job", _fine),
    "server_us": ("server, µs of CPU per job", _fine),
    "bytes": ("bytes per job", _whole),
    "p50_ms": ("p50, ms", _finer),
    "p99_ms": ("p99, ms", _finer),
    "commands": ("commands/s", _finer),
    "idle_cpu": ("worker's CPU", _permille),
    "rss_mb": ("RSS, MB", _fine),
    "seconds": ("median, s", _finer),
    "longest": ("longest, s", _finer),
    "get_us": ("get, µs", _whole),
    "cancel_us": ("cancel, µs", _whole),
    "others": ("others' load", _percent),
}


def tables(rows: Sequence[Row]) -> str:
    """Returns a table for each group of measures, under its heading."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.table, []).append(row)
    return "\n".join(f"### {title}\n\n{table(group)}" for title, group in groups.items())


def table(rows: Sequence[Row]) -> str:
    """Returns one table, with a column for each figure that any of its rows has."""
    columns = [name for name in FIGURES if any(name in row.figures for row in rows)]
    others = list(dict.fromkeys(name for row in rows for name in row.ratios))
    heads = [
        *("measure", "who"),
        *(FIGURES[name][0] for name in columns),
        *(f"of {name}" for name in others),
    ]
    return markdown(heads, [_cells(row, columns, others) for row in rows])


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Returns a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cells(row: Row, columns: Sequence[str], others: Sequence[str]) -> list[str]:
    figures = [
        FIGURES[name][1](row.figures[name]) if name in row.figures else NOTHING for name in columns
    ]
    ratios = [_finer(row.ratios[name]) if name in row.ratios else NOTHING for name in others]
    return [row.measure, _who(row), *figures, *ratios]


def _who(row: Row) -> str:
    """Returns the contender's name, and what was wrong with its jobs."""
    fault = " ".join(row.fault.replace("|", "/").split())
    return f"{row.contender}: **{fault}**" if fault else row.contender
