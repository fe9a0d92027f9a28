"""The map of the house names rooms that there are."""

import re

import pytest

from tests.support.documents import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text()
ROOMS = sorted(
    set(
        re.findall(r"`((?:domain|ports|application|adapters|container|config)/[\w/*.]+\.py)`", PAGE)
    )
)


@pytest.mark.parametrize("room", ROOMS)
def test_each_file_that_the_map_names_is_there(room: str) -> None:
    assert list((ROOT / "src" / "jobsys").glob(room))
