"""Every code that doctor tells has its section in the troubleshooting guide, and no other has one."""

import re
from pathlib import Path

from jobsys.application.doctor.finding import Code

PAGE = Path(__file__).parents[2] / "docs" / "troubleshooting.md"


def test_each_code_has_a_section_that_can_be_linked_to() -> None:
    sections = re.findall(r"^### `(\w+)`$", PAGE.read_text(), re.MULTILINE)
    assert sorted(sections) == sorted(Code)


def test_the_guide_links_to_sections_that_exist() -> None:
    linked = set(re.findall(r"\(#(\w+)\)", PAGE.read_text()))
    assert linked
    assert linked <= set(Code)
