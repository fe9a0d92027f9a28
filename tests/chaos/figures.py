"""What runs under faults have shown."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from tests.chaos import (
    ageing,
    deaths,
    dependency,
    endings,
    firetimes,
    growth,
    kills,
    network,
    onlookers,
    ordeals,
    redis_growth,
    restarts,
    schedules,
    signals,
    sim,
)

Figures = (
    ageing.Figures
    | deaths.Figures
    | dependency.Figures
    | endings.Figures
    | firetimes.Figures
    | growth.Figures
    | kills.Figures
    | network.Figures
    | onlookers.Figures
    | ordeals.Figures
    | redis_growth.Figures
    | restarts.Figures
    | schedules.Figures
    | signals.Figures
    | sim.Figures
)


def show(runs: Sequence[Figures], *, as_json: bool) -> None:
    """Prints the figures as JSON, or as a table: a row for each of them, or for each run of many."""
    rows = [{**asdict(run), "promised": run.promised} for run in runs]
    if as_json:
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
        return
    if len(rows) > 2:
        for row in [{name: name for name in rows[0]}, *rows]:
            sys.stdout.write("".join(f"{row[name]!s:>{_width(name, rows)}}" for name in row) + "\n")
        return
    for name in rows[0]:
        sys.stdout.write(f"{name:>12}  " + "".join(f"{row[name]!s:>14}" for row in rows) + "\n")


def _width(name: str, rows: Sequence[Mapping[str, object]]) -> int:
    return 2 + max(len(name), *(len(str(row[name])) for row in rows))
