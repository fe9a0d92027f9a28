"""`jobsys archive` reads what was archived, with no worker and no job left."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from jobsys.adapters.filesystem.archive import FolderArchive
from jobsys.testing.virtual_clock import VirtualClock
from tests.integration.cli.conftest import Here

AT = "2030-01-02T03:04:05+00:00"


def job(job_id: str, **told: object) -> Mapping[str, object]:
    return {
        "job_id": job_id,
        "job_type": "greet",
        "queue": job_id.partition(":")[0],
        "status": "completed",
        "created_at": AT,
        "ended_at": AT,
        **told,
    }


JOBS: Sequence[Mapping[str, object]] = [
    job("mails:1"),
    job("mails:1"),
    job("mails:2", status="failed", job_type="charge"),
    job("default:1", message="\x1b[31mred \x9b31m \u202e"),
    job("mails:1", ended_at="2030-01-03T00:00:00+00:00", status="failed"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "archive"
    lines = [json.dumps(each).encode() for each in JOBS]
    asyncio.run(FolderArchive(folder, VirtualClock()).add(lines))
    monkeypatch.setenv("JOBSYS_ARCHIVE__FOLDER", str(folder))


@pytest.mark.usefixtures("folder")
def test_archived_jobs_are_listed_each_end_once(here: Here) -> None:
    found = json.loads(here("archive", "list", "--json"))["jobs"]
    assert [each["job_id"] for each in found] == ["mails:1", "mails:2", "default:1", "mails:1"]
    assert "2030-01-02 03:04:05Z" in here("archive", "list")


@pytest.mark.usefixtures("folder")
def test_a_list_is_narrowed_by_status_queue_type_and_number(here: Here) -> None:
    def ids(*options: str) -> list[str]:
        found = json.loads(here("archive", "list", *options, "--json"))["jobs"]
        return [each["job_id"] for each in found]

    assert ids("--status", "failed") == ["mails:2", "mails:1"]
    assert ids("--queue", "default") == ["default:1"]
    assert ids("--type", "CHARGE") == ["mails:2"]
    assert ids("--limit", "1") == ["mails:1"]


@pytest.mark.usefixtures("folder")
def test_a_job_is_shown_as_it_ended_last_and_steers_no_terminal(here: Here) -> None:
    assert json.loads(here("archive", "show", "mails:1", "--json"))["status"] == "failed"
    assert "\x1b[31m" not in here("archive", "show", "default:1")
    exported = here("archive", "export", "--queue", "default")
    assert exported.rstrip("\n").isprintable()
    assert json.loads(exported)["message"] == JOBS[3]["message"]


@pytest.mark.usefixtures("folder")
def test_an_export_is_a_line_of_json_for_each_end(here: Here) -> None:
    lines = [
        json.loads(line) for line in here("archive", "export", "--queue", "mails").splitlines()
    ]
    assert lines == [JOBS[0], JOBS[2], JOBS[4]]


@pytest.mark.usefixtures("folder")
def test_a_job_that_is_not_in_the_archive_is_an_error_that_says_so(here: Here) -> None:
    assert "there is no job mails:9 in the archive" in here(
        "archive", "show", "mails:9", exit_code=1
    )


def test_without_an_archive_it_is_said_what_to_set(here: Here) -> None:
    assert "set archive.folder" in here("archive", "list", exit_code=3)
