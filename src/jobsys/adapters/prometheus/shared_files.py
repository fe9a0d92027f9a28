"""Several processes that are scraped as one: each writes its numbers into files of its own.

The files are those of Prometheus' multiprocess mode, in the folder that PROMETHEUS_MULTIPROC_DIR
names; an application's own metrics may lie beside them.
"""

import asyncio
import logging
import os
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path
from threading import Lock
from time import time
from typing import Final, Protocol, cast

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from jobsys.adapters.prometheus.job_metrics import ENDS
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.lifecycle import Component
from jobsys.ports.metric_families import (
    ACTIVE_WORKERS,
    LEAKED_THREADS,
    WORKER_SLOTS,
    Kind,
    Labels,
    Reading,
)

log = logging.getLogger("jobsys.metrics")

WRITE_EVERY: Final = 1.0
"""Seconds by which what another process is asked for may lag behind."""


class ValueFile(Protocol):
    """A file of numbers that other processes read while it is written."""

    @abstractmethod
    def write_value(self, key: str, number: float, instant: float) -> None:
        """Sets a number, and when it was set."""

    @abstractmethod
    def close(self) -> None:
        """Closes the file and leaves it there."""


# Prometheus' client leaves these untyped.
_open_file = cast("Callable[[str], ValueFile]", MmapedDict)
_everybodys = cast("Callable[[None, str], Collector]", MultiProcessCollector)

Cell = tuple[str, Labels, Labels, float]
"""A number's name, its labels and their values, and the number itself."""


class SharedFiles(Collector, Component):
    """Writes one process's metrics each second and at its stop; a scrape adds up every process's.

    Gauges are of living processes: their file goes with a stop, or is removed at the next scrape
    where a process was ended by force.
    """

    def __init__(self, metrics: JobMetrics, namespace: str, folder: Path) -> None:
        self._metrics = metrics
        self._namespace = namespace
        self._folder = folder
        self._lock = Lock()
        self._files: dict[str, ValueFile] = {}
        self._paths: dict[str, Path] = {}  # after another start it goes on in the same files
        self._written: dict[str, float] = {}
        self._failing = False
        self._task: asyncio.Task[None] | None = None
        self.registry = CollectorRegistry()
        self.registry.register(self)

    async def start(self) -> None:
        if self._task is None:
            self.write()
            self._task = asyncio.create_task(self._run(), name="jobsys-shared-metrics")

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        if self._files:
            self.write()
            self._close()

    def collect(self) -> Iterable[Metric]:
        """Returns the sums over all processes, of which this one is up to date."""
        self.write()
        self._remove_gauges_of_the_dead()
        return _everybodys(None, str(self._folder)).collect()

    def write(self) -> None:
        """Writes what has changed since the last time; where it cannot, one warning says so."""
        readings = self._metrics.snapshot().readings.values()
        with self._lock:
            try:
                self._write_all(readings)
            except OSError as error:
                if not self._failing:
                    log.warning("metrics cannot be shared through %s: %s", self._folder, error)
                self._failing = True
            else:
                self._failing = False

    def _remove_gauges_of_the_dead(self) -> None:
        for path in self._folder.glob("gauge_live*_jobsys*-*.db"):
            pid = path.stem.rpartition("_jobsys")[2].partition("-")[0]
            if pid.isdigit() and not _is_alive(int(pid)):
                path.unlink(missing_ok=True)

    def _write_all(self, readings: Iterable[Reading]) -> None:
        gone = {key for key in self._written if key.startswith("gauge")}
        for reading in readings:
            for cell in _cells(f"{self._namespace}_{reading.family.name}", reading):
                gone.discard(self._write(reading, *cell))
        for key in gone:  # a gauge whose instant is 0 is passed over
            prefix, _, name = key.partition(":")
            self._files[prefix].write_value(name, 0.0, 0.0)
            del self._written[key]

    def _write(
        self, reading: Reading, name: str, labels: Labels, values: Labels, number: float
    ) -> str:
        family = f"{self._namespace}_{reading.family.name}".removesuffix("_total")
        prefix, cell = (
            _prefix(reading),
            mmap_key(family, name, list(labels), list(values), reading.family.help),
        )
        key = f"{prefix}:{cell}"
        if self._written.get(key) != number:
            self._file(prefix).write_value(cell, number, time())
            self._written[key] = number
        return key

    def _file(self, prefix: str) -> ValueFile:
        if prefix not in self._files:
            if prefix not in self._paths:
                self._paths[prefix] = self._new_path(prefix)
            self._files[prefix] = _open_file(str(self._paths[prefix]))
        return self._files[prefix]

    def _new_path(self, prefix: str) -> Path:
        names = (f"{prefix}_jobsys{os.getpid()}-{number}.db" for number in count())
        return next(path for name in names if not (path := self._folder / name).exists())

    def _close(self) -> None:
        with self._lock:
            for file in self._files.values():
                file.close()
            for prefix, path in self._paths.items():
                if prefix.startswith("gauge"):
                    path.unlink(missing_ok=True)
            self._files.clear()
            self._written.clear()

    async def _run(self) -> None:
        while self._task is not None:
            await asyncio.sleep(WRITE_EVERY)
            self.write()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is somebody else's
        return True
    return True


def _prefix(reading: Reading) -> str:
    if reading.family.kind is not Kind.GAUGE:
        return reading.family.kind.value
    is_own = reading.family in (ACTIVE_WORKERS, WORKER_SLOTS, LEAKED_THREADS)
    return "gauge_livesum" if is_own else "gauge_livemostrecent"


def _cells(name: str, reading: Reading) -> Iterator[Cell]:
    labels = reading.family.labels
    for values, number in reading.numbers.items():
        yield name, labels, values, number
    for values, told in reading.distributions.items():
        yield f"{name}_sum", labels, values, told.total
        for end, bucket in zip(ENDS, told.buckets, strict=True):
            yield f"{name}_bucket", (*labels, "le"), (*values, end), bucket
