"""`./dev chaos`: long runs under faults, with the figures that they show."""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.chaos import kills, network, schedules, sim
from tests.chaos.kills import kill_workers
from tests.chaos.network import SIZES, endure
from tests.chaos.schedules import fire_through_deaths
from tests.support.redis_choice import choose_redis
from tests.support.redis_server import RedisServer

Figures = kills.Figures | schedules.Figures | sim.Figures | network.Figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what is asked for; 0 when every promise held."""
    parser = argparse.ArgumentParser(prog="./dev chaos", description=__doc__)
    parser.add_argument(
        "what",
        choices=["kills", "schedules", "sim", "network"],
        help="kills: SIGKILL workers in mid-job; schedules: end processes while a schedule fires;"
        " sim: tell drawn stories of faults in virtual time, in memory;"
        " network: lose, refuse, delay and cut what goes to Redis and comes from it",
    )
    parser.add_argument("--backend", choices=["sqlite", "redis", "both"], default="both")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=60, help="how long a schedule fires")
    parser.add_argument("--seed", type=int, default=None, help="repeats a former run's choices")
    parser.add_argument("--seeds", type=int, default=10_000, help="how many stories are told")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="which tell them")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    seed = random.SystemRandom().randrange(2**31) if asked.seed is None else asked.seed
    runs = all_runs(asked, seed)
    show(runs, as_json=asked.json)
    return 0 if all(run.promised for run in runs) else 1


def all_runs(asked: argparse.Namespace, seed: int) -> Sequence[Figures]:
    """Does what is asked for on each backend that it can be done on."""
    if asked.what == "sim":
        sys.stderr.write(f"sim, seeds from {seed} on: {asked.seeds} stories\n")
        return [sim.tell(seed, asked.seeds, asked.processes)]
    if asked.what == "network":
        return list(network_runs(seed))
    backends = ["sqlite", "redis"] if asked.backend == "both" else [asked.backend]
    return [one_run(asked, backend, seed) for backend in backends]


def network_runs(seed: int) -> Iterator[network.Figures]:
    """Makes one trouble after the other between jobsys and a Redis of this run's own."""
    with tempfile.TemporaryDirectory() as folder, _backend("redis", Path(folder)) as url:
        for fault, extent in SIZES.items():
            sys.stderr.write(f"{fault}, seed {seed}: {extent.seconds:g} seconds and more\n")
            yield asyncio.run(endure(fault, extent, url, seed, Path(folder)))


def one_run(asked: argparse.Namespace, backend: str, seed: int) -> Figures:
    """Does what is asked for on a backend of this run's own."""
    takes = asked.kills * 1.6 if asked.what == "kills" else asked.seconds + 20
    sys.stderr.write(f"{asked.what} on {backend}, seed {seed}: about {takes:.0f} seconds\n")
    with tempfile.TemporaryDirectory() as folder, _backend(backend, Path(folder)) as url:
        if asked.what == "kills":
            return asyncio.run(kill_workers(url, asked.kills, seed, Path(folder)))
        return asyncio.run(fire_through_deaths(url, asked.seconds, seed, Path(folder)))


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


@contextmanager
def _backend(name: str, folder: Path) -> Iterator[str]:
    if name == "sqlite":
        yield f"sqlite:///{folder / 'jobs.db'}"
        return
    binary = choose_redis("auto").binary
    if binary is None:
        raise SystemExit("chaos kills its own Redis: unset JOBSYS_TEST_REDIS_URL")
    with RedisServer(binary, appendonly=True) as server:
        yield server.url


if __name__ == "__main__":
    sys.exit(main())
