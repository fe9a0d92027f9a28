"""One whole run, as it is printed, stored and shown in the documentation."""

from dataclasses import asdict, dataclass
from typing import Final

from tests.benchmarks.rounds import Row

KEPT_DIGITS: Final = 3


@dataclass(frozen=True)
class About:
    """What was measured, and where, by names that people read."""

    machine: dict[str, str]
    settings: dict[str, str]
    peers: dict[str, str]


@dataclass(frozen=True)
class Run:
    """What a run has shown, and what it was."""

    date: str
    rounds: int
    scale: float
    about: About
    rows: list[Row]

    def as_json(self) -> dict[str, object]:
        """Returns the run as plain data."""
        return {**asdict(self), "rows": [_plain(row) for row in self.rows]}


def _plain(row: Row) -> dict[str, object]:
    figures = {name: round(figure, KEPT_DIGITS) for name, figure in row.figures.items()}
    ratios = {name: round(ratio, KEPT_DIGITS) for name, ratio in row.ratios.items()}
    return {**asdict(row), "figures": figures, "ratios": ratios}
