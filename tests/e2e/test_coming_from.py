"""What the page for those who come from elsewhere calls ours is there."""

import re

import pytest

from jobsys import JobsysError
from tests.support.documents import ROOT
from tests.support.our_names import CODE, OurNames, our_cells

PAGE = (ROOT / "docs/coming-from.md").read_text()
CELLS = list(our_cells(PAGE))


@pytest.fixture(scope="module")
def ours() -> OurNames:
    return OurNames()


def test_every_table_of_the_page_has_a_column_of_ours() -> None:
    assert PAGE.count("| ours |") == PAGE.count("\n|---|") > 10
    assert len(CELLS) == PAGE.count("\n| ") - PAGE.count("| ours |")


def test_every_name_that_is_called_ours_exists(ours: OurNames) -> None:
    names = {name for cell in CELLS for name in CODE.findall(cell)}
    assert len(names) > 80
    assert [name for name in sorted(names) if not ours.has(name)] == []


@pytest.mark.parametrize(
    "strange",
    [
        "jobs.enqueue",
        "jobs.submit(retries=…)",
        "RetryPolicy(attempts=…)",
        "jobsys.domain.errors.Nothing",
        "jobsys.nowhere.Job",
        "worker.count",
        "jobsys_jobs_failed_total",
        "jobs:rate:{queue}",
        "jobsys surgeon",
        "JobStatus.ACTIVE",
    ],
)
def test_a_name_that_is_not_there_is_found_out(strange: str, ours: OurNames) -> None:
    assert not ours.has(strange)


def test_what_has_no_name_of_ours_is_called_not_yet_or_not_needed() -> None:
    assert {cell for cell in CELLS if not CODE.search(cell)} == {"not yet", "not needed"}


def test_each_error_has_the_code_that_the_page_gives_it() -> None:
    rows = re.findall(r"^\| `((?:SRV|VAL|FILE)_\d+)` \| ([^|]+) \|", PAGE, re.MULTILINE)
    given = {name.rpartition(".")[2]: code for code, cell in rows for name in CODE.findall(cell)}
    codes = {found.__name__: found.code for found in _errors(JobsysError)}
    assert given == {name: codes[name] for name in given}
    assert len(given) == 8


def _errors(base: type[JobsysError]) -> list[type[JobsysError]]:
    return [base, *(each for below in base.__subclasses__() for each in _errors(below))]
