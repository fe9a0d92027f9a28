"""The part of a page that a program writes: it stands between two lines, and the rest is left."""

from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parents[2] / "docs"


def with_part(page: str, begin: str, end: str, written: str) -> str:
    """Returns a page with what is written between two of its lines."""
    before, _, rest = page.partition(begin)
    return f"{before}{begin}\n{written}\n{end}{rest.partition(end)[2]}"
