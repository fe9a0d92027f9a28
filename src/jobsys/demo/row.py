"""One line of the table of scenarios."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One scenario: what it promised, what is known of it, and whether that is the same."""

    scenario: str
    promise: str
    seen: str
    ok: bool
