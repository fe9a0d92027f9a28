"""Who is measured: an engine, and how it is set up."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
CALLS: Final = frozenset({"one", "hundred", "bulk"})


@dataclass(frozen=True)
class Engine:
    """Something that runs jobs: the commands before the verbs of `peers/common.py`.

    `options` are the engine's own, by kind of job. `share` is how many of a measure's jobs it is
    given, as a slow one needs fewer for the same seconds. `place` is where it keeps jobs unless
    the measure says so; `calls` are the ways in which it can queue them.
    """

    client: tuple[str, ...]
    worker: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    share: float = 1.0
    place: str = ""
    calls: frozenset[str] = CALLS
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    prepares: bool = False


@dataclass(frozen=True)
class Contender:
    """One engine in one setting; `settings` is what its processes find in their environment."""

    name: str
    engine: Engine
    kind: str = "noop"
    place: str = "redis"
    workers: int = 1
    options: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def own_options(self) -> str:
        """What the engine shall do, for this kind of job."""
        if self.options is not None:
            return self.options
        return self.engine.options.get(self.kind, self.engine.options.get("noop", ""))


def _module(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name)


IN_THE_TREE: Final = {"PYTHONPATH": str(ROOT)}
ENGINES: Final[Mapping[str, Engine]] = {
    "jobsys": Engine(
        _module("tests.benchmarks.client"),
        (*_module("jobsys"), "worker", "tests.benchmarks.app:container"),
        {"noop": "c=200", "sleep": "c=1000"},
        environment=IN_THE_TREE,
    ),
    "raw": Engine(
        _module("tests.benchmarks.anchor"),
        (*_module("tests.benchmarks.anchor"), "work"),
        {"noop": "c=200 batch=100", "sleep": "c=1000 batch=250"},
        environment=IN_THE_TREE,
    ),
    "raw, 2 lanes": Engine(
        _module("tests.benchmarks.anchor"),
        (*_module("tests.benchmarks.anchor"), "work"),
        {"noop": "c=400 batch=100 lanes=2", "sleep": "c=1000 batch=250 lanes=2"},
        environment=IN_THE_TREE,
    ),
}
