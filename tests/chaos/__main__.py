"""`./dev chaos`: long runs under faults, with the figures that they show."""

import argparse
import asyncio
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

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
from tests.chaos.figures import Figures, show
from tests.chaos.outages import OUTAGES
from tests.support.redis_choice import choose_redis
from tests.support.redis_server import EVERYSEC, RedisServer


@dataclass(frozen=True)
class Run:
    """What was asked for: how much of it, where, and what chance it goes by."""

    size: int
    backends: Sequence[str]
    seed: int


@dataclass(frozen=True)
class Kind:
    """One kind of chaos: `size` is how much of it there is unless another number is said."""

    promise: str
    unit: str
    size: int
    figures: Callable[[Run], Iterator[Figures]]
    backends: Sequence[str] = ("sqlite", "redis", "both")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what is asked for; 0 when every promise held."""
    parser = argparse.ArgumentParser(prog="./dev chaos", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    for name, kind in KINDS.items():
        options = kinds.add_parser(name, help=kind.promise, description=kind.promise)
        options.add_argument(f"--{kind.unit}", dest="size", type=int, default=kind.size)
        options.add_argument("--backend", choices=kind.backends, default=kind.backends[-1])
        options.add_argument("--seed", type=int, help="repeats a former run's choices")
        options.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    seed = random.SystemRandom().randrange(2**31) if asked.seed is None else asked.seed
    backends = ["sqlite", "redis"] if asked.backend == "both" else [asked.backend]
    kind = KINDS[asked.kind]
    sys.stderr.write(f"{asked.kind}, seed {seed}: {kind.unit} {asked.size}\n")
    found = list(kind.figures(Run(asked.size, backends, seed)))
    show(found, as_json=asked.json)
    return 0 if all(figures.promised for figures in found) else 1


def on_each_backend(
    measure: Callable[[str, int, int, Path], Figures],
) -> Callable[[Run], Iterator[Figures]]:
    """Measures on a backend of the run's own, one after the other."""

    def measured(run: Run) -> Iterator[Figures]:
        for name in run.backends:
            with tempfile.TemporaryDirectory() as folder, _backend(name, Path(folder)) as url:
                sys.stderr.write(f"on {name} …\n")
                yield measure(url, run.size, run.seed, Path(folder))

    return measured


def troubles(run: Run) -> Iterator[Figures]:
    """Makes one trouble after the other between jobsys and a Redis of this run's own."""
    for seed, (fault, extent) in product(
        range(run.seed, run.seed + run.size), network.SIZES.items()
    ):
        sys.stderr.write(f"{fault}: {extent.seconds:g} seconds and more\n")
        with tempfile.TemporaryDirectory() as folder, _backend("redis", Path(folder)) as url:
            yield asyncio.run(network.endure(fault, extent, url, seed, Path(folder)))


def redis_again(run: Run) -> Iterator[Figures]:
    """Ends a Redis of this run's own under load, which writes to its disk each second."""
    for fault in OUTAGES:
        sys.stderr.write(f"{fault} …\n")
        with tempfile.TemporaryDirectory() as folder, _redis(*EVERYSEC) as server:
            yield asyncio.run(restarts.endure(fault, server, run.size, run.seed, Path(folder)))


def hard_jobs(run: Run) -> Iterator[Figures]:
    """Runs jobs that are an ordeal for their worker, each kind on each backend."""
    for ordeal in list(ordeals.ORDEALS) * run.size:
        sys.stderr.write(f"{ordeal}: ")
        yield from on_each_backend(partial(_undergo, ordeal))(run)


def _undergo(ordeal: str, url: str, _size: int, _seed: int, folder: Path) -> Figures:
    return asyncio.run(ordeals.undergo(ordeal, url, folder))


def grow(url: str, jobs: int, _seed: int, _folder: Path) -> Figures:
    """Runs jobs through a backend."""
    if url.startswith("sqlite"):
        return asyncio.run(growth.run_through(url, jobs))
    return asyncio.run(redis_growth.run_through(url, jobs))


def zones(run: Run) -> Iterator[Figures]:
    """Compares fire times in every time zone, on every core."""
    yield firetimes.compare(run.size)


def stories(run: Run) -> Iterator[Figures]:
    """Tells stories on every core."""
    yield sim.tell(run.seed, run.size, os.cpu_count() or 1)


KINDS: Mapping[str, Kind] = {
    "kills": Kind(
        "kill workers in mid-job: nothing is lost", "kills", 100,
        on_each_backend(lambda *run: asyncio.run(kills.kill_workers(*run))),
    ),
    "deaths": Kind(
        "kill the only busy worker: its job runs again at once", "deaths", 50,
        on_each_backend(lambda *run: asyncio.run(deaths.die_alone(*run))),
    ),
    "restarts": Kind(
        "kill Redis, or take its power, under load: nothing else is lost", "jobs", 2000,
        redis_again, ["redis"],
    ),
    "schedules": Kind(
        "end processes while a schedule fires: once each second", "seconds", 60,
        on_each_backend(lambda *run: asyncio.run(schedules.fire_through_deaths(*run))),
    ),
    "signals": Kind(
        "end workers by signals at random moments: nothing is lost, no attempt is spent", "signals", 200,
        on_each_backend(lambda *run: asyncio.run(signals.end_workers(*run))),
    ),
    "ordeals": Kind("run jobs that last, block, or kill their process", "rounds", 1, hard_jobs),
    "ageing": Kind(
        "flood a worker with urgent jobs: low ones get their share", "seconds", 120,
        on_each_backend(lambda url, size, _seed, _folder: asyncio.run(ageing.flood(url, size))),
    ),
    "firetimes": Kind("compare fire times with an oracle's, in every time zone", "years", 10, zones, ["none"]),
    "endings": Kind(
        "end jobs that do not end, or kill their process; cancel running ones", "jobs", 100,
        lambda run: endings.end_all(run.size), ["memory"],
    ),
    "sim": Kind("tell drawn stories of faults, in virtual time and in memory", "seeds", 10_000, stories, ["memory"]),
    "outage": Kind(
        "take away what 10,000 jobs depend on: attempts are spent on finding out, and on nothing else", "seconds",
        60, on_each_backend(lambda *run: asyncio.run(dependency.take_away(*run))),
    ),
    "network": Kind("lose, refuse, delay and cut what goes to Redis", "rounds", 1, troubles, ["redis"]),
    "onlookers": Kind(
        "look on over HTTP at a deep and broad Redis, from many pages: it is quick, and costs little", "jobs",
        1_000_000, on_each_backend(lambda url, size, *_: asyncio.run(onlookers.look_on(url, size))), ["redis"],
    ),
    "growth": Kind(
        "run jobs through Redis, or a file that is read meanwhile: what is not kept is gone", "jobs",
        1_000_000, on_each_backend(grow), ["redis", "sqlite"],
    ),
}  # fmt: skip


@contextmanager
def _backend(name: str, folder: Path) -> Iterator[str]:
    if name == "sqlite":
        yield f"sqlite:///{folder / 'jobs.db'}"
        return
    with _redis() as server:
        yield server.url


def _redis(*options: str) -> RedisServer:
    binary = choose_redis("auto").binary
    if binary is None:
        raise SystemExit("chaos kills its own Redis: unset JOBSYS_TEST_REDIS_URL")
    return RedisServer(binary, appendonly=True, options=options)


if __name__ == "__main__":
    sys.exit(main())
