"""A clean-up is right when the dry run left everything, and the next run only what is new."""

from pathlib import Path

import pytest

from jobsys.adapters.filesystem.folder_cleaner import LocalFolderCleaner
from jobsys.adapters.system.clock import SystemClock
from jobsys.application.builtin.cleanup import CleanupHandler
from jobsys.demo.clutter import NEW, OLD, Clutter, cleanup_check, dry_run_check
from jobsys.demo.evidence import Finding
from tests.unit.demo.made_context import made_context, made_record

ALL = OLD | NEW


@pytest.fixture
def clutter(tmp_path: Path) -> Clutter:
    return Clutter(tmp_path / "clutter")


async def test_the_real_clean_up_is_found_right(clutter: Clutter, tmp_path: Path) -> None:
    handler = CleanupHandler(LocalFolderCleaner([tmp_path]), SystemClock())
    for dry_run, check in ((True, dry_run_check), (False, cleanup_check)):
        result = await handler.execute(clutter.job(dry_run=dry_run), made_context("cleanup:1"))
        found = check(clutter.left(), made_record("cleanup:1", result))
        assert found.finding is Finding.EQUAL


@pytest.mark.parametrize(
    ("named", "left"),
    [(OLD, NEW), (OLD - {"old.tmp"}, ALL), (ALL, ALL), ((), ALL)],
    ids=["it removed", "it named too few", "it named too many", "it named none"],
)
def test_a_dry_run_that_removed_or_named_the_wrong_is_wrong(
    named: frozenset[str], left: frozenset[str]
) -> None:
    record = made_record("cleanup:1", {"names": list(named)})
    assert dry_run_check(left, record).finding is Finding.WRONG


@pytest.mark.parametrize("left", [ALL, OLD, frozenset[str](), NEW - {"new.tmp"}])
def test_a_clean_up_that_left_the_wrong_files_is_wrong(left: frozenset[str]) -> None:
    assert cleanup_check(left, made_record("cleanup:1", {})).finding is Finding.WRONG
