"""The suite of `Removal` finds what it is for: bugs planted in copies of the adapters."""

from pathlib import Path

import pytest

from tests.contract.planted_bugs import AdapterBug
from tests.contract.removal_bugs import BUGS, FOUND_BY
from tests.support.copies import copied, failures

SUITE = "tests/contract/test_removal.py"


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: f"{bug.backend}-{bug.name}")
def test_a_broken_promise_is_named_by_a_test_of_the_suite(bug: AdapterBug, tmp_path: Path) -> None:
    copy = copied(tmp_path)
    bug.plant(copy / "adapters")
    failed = failures(copy, SUITE, "-k", f"Test{bug.backend.title()}Removal")
    assert any(FOUND_BY[bug.name] in name for name in failed), failed


@pytest.mark.parametrize("backend", ["memory", "sqlite", "redis"])
def test_the_suite_passes_on_a_copy_without_a_bug(backend: str, tmp_path: Path) -> None:
    assert failures(copied(tmp_path), SUITE, "-k", f"Test{backend.title()}Removal") == []
