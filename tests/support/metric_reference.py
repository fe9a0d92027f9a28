"""Writes the table of docs/metrics.md from the families: python -m tests.support.metric_reference"""

from typing import Final

from jobsys.ports.metric_families import FAMILIES, Family
from tests.support.written_table import DOCS, with_part

PAGE: Final = DOCS / "metrics.md"
BEGIN: Final = "<!-- families: written by python -m tests.support.metric_reference -->\n"
END: Final = "<!-- end of families -->\n"
HEAD: Final = "| family | kind | labels | meaning |\n|---|---|---|---|\n"


def with_table(page: str) -> str:
    """Returns the page with the table as the families are."""
    return with_part(page, BEGIN, END, f"{HEAD}{''.join(map(_row, FAMILIES))}")


def _row(family: Family) -> str:
    labels = ", ".join(f"`{label}`" for label in family.labels)
    return f"| `jobsys_{family.name}` | {family.kind} | {labels} | {family.help} |\n"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
