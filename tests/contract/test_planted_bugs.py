"""The suites find what they are for: bugs planted in copies of the adapters.

`./dev test tests/contract/test_planted_bugs.py -s` tells which tests find each bug, and after how
many random stories a difference shows.
"""

from pathlib import Path

import pytest

from tests.contract.planted_bugs import BUGS, FOUND_BY, AdapterBug
from tests.support.copies import copied, failures, run

SUITES = ("tests/contract/test_job_queue.py", "tests/contract/test_job_inspector.py")


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: f"{bug.backend}-{bug.name}")
def test_a_planted_bug_is_found_by_the_suites_and_by_random_stories(
    bug: AdapterBug, tmp_path: Path, clean_redis_url: str
) -> None:
    copy = copied(tmp_path)
    bug.plant(copy / "adapters")
    failed = failed_tests(copy, bug.backend, FOUND_BY[bug.name])
    stories = told_until_difference(copy, bug.backend, tmp_path, clean_redis_url)
    print(f"\n{bug.backend}, {bug.name}: found after {stories} stories, and by:")
    print("\n".join(f"    {name}" for name in failed))
    assert failed
    assert stories is not None


@pytest.mark.parametrize("backend", ["memory", "sqlite", "redis"])
def test_the_same_tests_pass_on_a_copy_without_a_bug(backend: str, tmp_path: Path) -> None:
    finders = " or ".join(f"({words})" for words in FOUND_BY.values())
    assert failed_tests(copied(tmp_path), backend, finders) == []


def failed_tests(copy: Path, backend: str, words: str) -> list[str]:
    """Runs tests of one backend's suites on a copy; returns the names of those that failed."""
    selection = ["-k", f"Test{backend.title()}Job and ({words})"]
    return failures(copy, *SUITES, *selection)


def told_until_difference(copy: Path, backend: str, folder: Path, redis_url: str) -> int | None:
    """Returns how many stories it takes to tell a copy from another backend; None for too many."""
    reference = "memory" if backend != "memory" else "sqlite"
    arguments = [backend, reference, str(folder), redis_url]
    result = run(copy, "tests.support.count_stories", *arguments)
    assert result.returncode == 0, result.stderr
    return int(result.stdout) if result.stdout.strip() else None
