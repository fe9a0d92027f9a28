"""A real Prometheus over some targets, for as long as a test needs it."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias, cast
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import yaml

from tests.support.processes import free_port, until

Labels: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Series:
    """What an expression is, of some labels, at some instants."""

    labels: Labels
    values: Mapping[float, float]

    @property
    def last(self) -> float:
        """The newest value."""
        return self.values[max(self.values)]


class PrometheusServer:
    """Scrapes targets, each a job's name and a port, every second."""

    def __init__(self, folder: Path, targets: Sequence[tuple[str, int]], rules: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._config = folder / "prometheus.yml"
        jobs = sorted({job for job, _ in targets})
        scraped = [
            {"job_name": job, "static_configs": [{"targets": _addresses(targets, job)}]}
            for job in jobs
        ]
        every_second = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        config = {"global": every_second, "rule_files": [str(rules)], "scrape_configs": scraped}
        self._config.write_text(yaml.safe_dump(config))

    def __enter__(self) -> Self:
        with (self._folder / "prometheus.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={self._config}",
                    f"--storage.tsdb.path={self._folder / 'tsdb'}",
                    f"--web.listen-address=127.0.0.1:{self._port}",
                ],
                stdout=log,
                stderr=log,
            )
        until(self._is_ready)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()

    def now(self, expr: str, at: float | None = None) -> Sequence[Series]:
        """Returns what an expression is at an instant."""
        asked = {"query": expr} if at is None else {"query": expr, "time": str(at)}
        found = cast("list[dict[str, object]]", self.asked("query", **asked)["result"])
        return [_series(one, [one["value"]]) for one in found]

    def over(self, expr: str, begin: float, end: float) -> Sequence[Series]:
        """Returns what an expression was at each second."""
        span = {"start": str(begin), "end": str(end), "step": "1"}
        found = self.asked("query_range", query=expr, **span)["result"]
        return [
            _series(one, cast("list[object]", one["values"]))
            for one in cast("list[dict[str, object]]", found)
        ]

    def asked(self, path: str, **parameters: str) -> Mapping[str, object]:
        """Returns the data of an answer of the API."""
        url = f"http://127.0.0.1:{self._port}/api/v1/{path}?{urlencode(parameters)}"
        with urlopen(url, timeout=30) as answer:
            told = cast("dict[str, object]", json.load(answer))
        assert told["status"] == "success", told
        return cast("Mapping[str, object]", told["data"])

    def _is_ready(self) -> bool:
        assert self._process.poll() is None, (self._folder / "prometheus.log").read_text()
        try:
            with urlopen(f"http://127.0.0.1:{self._port}/-/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except URLError:
            return False


def _addresses(targets: Sequence[tuple[str, int]], job: str) -> list[str]:
    return [f"127.0.0.1:{port}" for name, port in targets if name == job]


def _series(told: Mapping[str, object], values: Sequence[object]) -> Series:
    pairs = cast("Sequence[tuple[float, str]]", values)
    return Series(cast("Labels", told["metric"]), {at: float(text) for at, text in pairs})
