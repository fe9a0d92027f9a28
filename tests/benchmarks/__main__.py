"""`./dev bench`: what jobsys does on each backend, beside an anchor in the same run.

The anchor is a raw loop on the same technology; for the last measure it is jobsys itself with
metrics and schedules switched off. Rates drift with the machine; the ratio, taken pair by pair in
one run, is what to compare.
"""

import argparse
import asyncio
import json
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks import ours, raw
from tests.support.redis_choice import choose_redis
from tests.support.redis_server import RedisServer

BACKENDS = ("memory", "sqlite", "redis")
MEASURES = {
    "submit, one by one": (ours.submit_one_by_one, raw.at(raw.submit_one_by_one), 2_000),
    "submit, 1000 a call": (ours.submit_in_bulk, raw.at(raw.submit_in_bulk), 20_000),
    "run no-ops": (ours.run, raw.at(raw.run), 20_000),
    "run no-ops, metrics served": (ours.run_served, ours.run_bare, 20_000),
}


@dataclass(frozen=True)
class Row:
    """One measure on one backend: jobs a second, the median of the rounds, and their ratio's."""

    backend: str
    measure: str
    jobs: int
    jobsys: int
    anchor: int
    ratio: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--backend", choices=BACKENDS, action="append")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="of the numbers of jobs")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    rows = [
        measured(backend, measure, asked.rounds, asked.scale)
        for backend in asked.backend or BACKENDS
        for measure in MEASURES
    ]
    show(rows, as_json=asked.json)
    return 0


def measured(backend: str, measure: str, rounds: int, scale: float) -> Row:
    """Returns the medians of so many rounds, in each of which jobsys and its anchor take turns."""
    sys.stderr.write(f"{backend}: {measure}\n")
    our_way, anchor, number = MEASURES[measure]
    number = max(int(number * scale), 100)
    pairs: list[tuple[float, float]] = []
    for _ in range(rounds):
        with _place(backend) as url:
            ours_took = asyncio.run(our_way(url, number))
        with _place(backend) as url:
            anchor_took = asyncio.run(anchor(url, number))
        pairs.append((ours_took, anchor_took))
    return Row(
        backend,
        measure,
        number,
        round(number / median(took for took, _ in pairs)),
        round(number / median(took for _, took in pairs)),
        round(median(anchor_took / ours_took for ours_took, anchor_took in pairs), 2),
    )


def show(rows: Sequence[Row], *, as_json: bool) -> None:
    """Prints the machine and the figures, as a table or as JSON."""
    machine = (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()},"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )
    if as_json:
        told = {"machine": machine, "rows": [asdict(row) for row in rows]}
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
        return
    sys.stdout.write(f"{machine}\n\n| backend | measure | jobsys/s | anchor/s | ratio |\n")
    sys.stdout.write("|---|---|---|---|---|\n")
    for row in rows:
        sys.stdout.write(
            f"| {row.backend} | {row.measure} | {row.jobsys:,} | {row.anchor:,} | {row.ratio:.2f} |\n"
        )


@contextmanager
def _place(backend: str) -> Generator[str]:
    """An empty backend of this measurement's own."""
    with tempfile.TemporaryDirectory() as folder:
        if backend == "memory":
            yield "memory://"
        elif backend == "sqlite":
            yield f"sqlite:///{Path(folder) / 'jobs.db'}"
        else:
            choice = choose_redis("auto")
            if choice.binary is None:
                raise SystemExit("the benchmark starts its own Redis: unset JOBSYS_TEST_REDIS_URL")
            with RedisServer(choice.binary) as server:
                yield server.url


if __name__ == "__main__":
    sys.exit(main())
