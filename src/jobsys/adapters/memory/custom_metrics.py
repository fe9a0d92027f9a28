"""The metrics of handlers, kept in memory and within bounds."""

import logging
import re
from collections.abc import Mapping
from math import isfinite
from threading import Lock
from typing import Final

from jobsys.adapters.memory.series import MAKERS, Series
from jobsys.domain.redaction import MASK, is_secret, redacted
from jobsys.ports.job_metrics import CustomMetrics
from jobsys.ports.metric_families import CUSTOM_PREFIX, OTHER, Family, Kind, Labels, Reading

log = logging.getLogger("jobsys.metrics")

MOST_NAMES: Final = 50
MOST_SERIES: Final = 100
LONGEST_VALUE: Final = 64
# A counter's name ends in _total, and a histogram adds the others to its own.
_NAME: Final = re.compile(r"(?!.*_(bucket|sum|count|created|total)$)[a-zA-Z][a-zA-Z0-9_]{0,63}")
_LABEL: Final = re.compile(r"(?!le$|quantile$|__)[a-zA-Z_][a-zA-Z0-9_]{0,63}")


class _Refused(Exception):
    """A number that is dropped; the text says why."""


class MemoryCustomMetrics(CustomMetrics):
    """Up to 50 names with 100 series each, under the lock of the metrics that they belong to."""

    def __init__(self, lock: Lock) -> None:
        self._lock = lock
        self._series: dict[str, Series] = {}
        self._warned: set[str] = set()

    def counter(self, name: str, amount: float = 1, /, **labels: object) -> None:
        self._count(Kind.COUNTER, name, amount, labels)

    def observe(self, name: str, seconds: float, /, **labels: object) -> None:
        self._count(Kind.HISTOGRAM, name, seconds, labels)

    def gauge(self, name: str, number: float, /, **labels: object) -> None:
        self._count(Kind.GAUGE, name, number, labels)

    def read(self) -> Mapping[str, Reading]:
        """Returns every family as it stands, by name; who calls holds the lock."""
        readings = [series.read() for series in self._series.values()]
        return {reading.family.name: reading for reading in readings}

    def _count(self, kind: Kind, name: str, number: float, labels: Mapping[str, object]) -> None:
        try:
            named = tuple(sorted(labels))
            values = tuple(_told(label, labels[label]) for label in named)
            _check(kind, number)
            with self._lock:
                self._of(kind, name, named).take(values, number)
        except Exception as refused:  # noqa: BLE001 (whatever a handler hands in, its job goes on)
            self._warn(name, refused)

    def _of(self, kind: Kind, name: str, labels: Labels) -> Series:
        base = name.removesuffix("_total")
        series = self._series.get(base)
        if series is None:
            series = self._series[base] = self._new(kind, base, labels)
        if series.family.kind is not kind:
            raise _Refused(f"it is a {series.family.kind} since its first use, no {kind}")
        if series.family.labels != labels:
            raise _Refused(f"its labels are {series.family.labels} since its first use")
        return series

    def _new(self, kind: Kind, base: str, labels: Labels) -> Series:
        if not _NAME.fullmatch(base):
            raise _Refused("it is no name: letters, digits and _, and no ending of Prometheus' own")
        if wrong := [label for label in labels if not _LABEL.fullmatch(label)]:
            raise _Refused(f"{wrong[0]!r} is no name for a label")
        if len(self._series) >= MOST_NAMES:
            raise _Refused(f"there are {MOST_NAMES} names already")
        full = f"{CUSTOM_PREFIX}{base}{'_total' if kind is Kind.COUNTER else ''}"
        return MAKERS[kind](Family(full, kind, labels, "Counted by a handler."), _Bound())

    def _warn(self, name: object, refused: Exception) -> None:
        shown = str(name)[:80]
        if shown not in self._warned and len(self._warned) < MOST_SERIES:
            self._warned.add(shown)
            log.warning("the metric %r is not counted: %s", shown, refused)


class _Bound:
    """Admits so many combinations of label values; every later one is "other" throughout."""

    def __init__(self) -> None:
        self._known: set[Labels] = set()

    def __call__(self, labels: Labels) -> Labels:
        if labels not in self._known:
            if len(self._known) >= MOST_SERIES:
                return (OTHER,) * len(labels)
            self._known.add(labels)
        return labels


def _check(kind: Kind, number: float) -> None:
    if not isfinite(number):
        raise _Refused(f"{number} is no finite number")
    if kind is not Kind.GAUGE and number < 0:
        raise _Refused(f"a {kind} takes no number below 0, such as {number}")


def _told(label: str, value: object) -> str:
    """Returns the value of a label without what is a secret by its name, or in a text."""
    return MASK if is_secret(label) else redacted(_text(value))


def _text(told: object) -> str:
    return str(told)[:LONGEST_VALUE].encode(errors="backslashreplace").decode()
