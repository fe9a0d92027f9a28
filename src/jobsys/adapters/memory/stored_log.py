"""What is kept in memory of what a job's handler has logged."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class StoredLog:
    """The lines that a job has logged, each with its number, and when they are forgotten."""

    until_ms: int = 0
    lines: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
