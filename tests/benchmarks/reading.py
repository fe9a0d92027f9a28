"""What one contender showed in one round."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.benchmarks.contenders import Contender
from tests.benchmarks.stage import Stage


@dataclass(frozen=True)
class Reading:
    """Figures by name, and what was wrong, if anything."""

    figures: Mapping[str, float]
    fault: str = ""


Take = Callable[[Stage, Contender, int], Reading]
"""Measures a contender with so many jobs. Raises: Failed."""
