"""docs/guarantees.md names tests that exist."""

import re

from tests.support.documents import ROOT

PAGE = (ROOT / "docs" / "guarantees.md").read_text()
NAMED = set(re.findall(r"`(test_\w+)`", PAGE))


def test_every_test_that_the_page_names_exists() -> None:
    suites = [ROOT / "tests", ROOT / "src" / "jobsys" / "testing"]
    sources = "\n".join(path.read_text() for root in suites for path in root.rglob("*.py"))
    missing = {name for name in NAMED if f"def {name}(" not in sources}
    assert missing == set()
    assert len(NAMED) > 20
