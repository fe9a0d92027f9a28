"""Reading outputs again tells what is wrong from what has only changed meanwhile."""

import gzip
import os
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from pydantic_core import to_json

from jobsys import JobId, JobPriority, JobRecord, JobStatus
from jobsys.demo.corpus import Fingerprint, Source
from jobsys.demo.evidence import EQUAL, Check, Finding, Role
from jobsys.demo.files import FileTask
from jobsys.demo.outputs import OutputChecks
from jobsys.demo.work_folder import WorkFolder
from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.envelope import Header
from jobsys.domain.payload import JobPayload
from jobsys.domain.record import Standing

CONTENT = b"content" * 1000


class Worked:
    """A file that a job has worked on, and the job's record."""

    def __init__(self, tmp_path: Path, role: Role = Role.FILE) -> None:
        (tmp_path / "work").mkdir()
        (tmp_path / "folder").mkdir()
        self.source = tmp_path / "folder" / "file.png"
        self.source.write_bytes(CONTENT)
        self.work = WorkFolder(tmp_path / "work")
        self.work.source.symlink_to(tmp_path / "folder")
        listed = Source(self.source.name, Fingerprint.of(self.source.stat()))
        self.task = FileTask(role, listed, 1)
        self.output = self.task.output(self.work)
        self.output.parent.mkdir(parents=True)
        self.output.write_bytes(gzip.compress(CONTENT) if role is Role.FILE else CONTENT)
        result = {"sha256": sha256(CONTENT).hexdigest(), "bytes": len(CONTENT)}
        now = datetime.now(UTC)
        self.record = JobRecord(
            JobId("file_processing:1"),
            Header(type="file_processing"),
            JobPayload(b"{}"),
            now,
            Standing(JobStatus.COMPLETED, JobPriority.NORMAL, now),
            to_json(result),
        )

    def fails_with(self, code: str) -> None:
        error = AttemptError(
            attempt=1, at=datetime.now(UTC), code=code, type="Error", message="it failed"
        )
        standing = replace(self.record.standing, status=JobStatus.FAILED, attempts=1)
        self.record = replace(self.record, standing=standing, result_json=None, errors=(error,))

    def checked(self) -> Check:
        return OutputChecks(self.work).check(self.task, self.record)


@pytest.fixture
def worked(tmp_path: Path) -> Worked:
    return Worked(tmp_path)


def test_an_output_that_unpacks_to_its_source_is_equal(worked: Worked) -> None:
    assert worked.checked() is EQUAL


def test_an_output_of_other_content_is_wrong(worked: Worked) -> None:
    worked.output.write_bytes(gzip.compress(b"something else"))
    assert worked.checked().finding is Finding.WRONG


@pytest.mark.parametrize(
    "damage",
    [b"", b"no gzip", gzip.compress(CONTENT)[:-9]],
    ids=["nothing", "no gzip", "cut short"],
)
def test_an_output_that_cannot_be_unpacked_is_wrong(worked: Worked, damage: bytes) -> None:
    worked.output.write_bytes(damage)
    assert worked.checked().finding is Finding.WRONG


def test_a_missing_output_is_wrong(worked: Worked) -> None:
    worked.output.unlink()
    assert "cannot be read" in worked.checked().detail


def test_a_report_that_fits_its_output_and_not_its_source_is_wrong(worked: Worked) -> None:
    other = CONTENT.replace(b"c", b"k")
    worked.output.write_bytes(gzip.compress(other))
    told = {"sha256": sha256(other).hexdigest(), "bytes": len(other)}
    worked.record = replace(worked.record, result_json=to_json(told))
    assert worked.checked() == Check(Finding.WRONG, "'file.png': its SHA-256 is not its source's")


def test_a_source_that_was_written_to_has_changed(worked: Worked) -> None:
    worked.source.write_bytes(b"new content")
    assert worked.checked().finding is Finding.CHANGED


def test_a_source_that_was_replaced_has_changed_even_where_size_and_time_are_equal(
    worked: Worked,
) -> None:
    new = worked.source.with_name("new")
    new.write_bytes(CONTENT.replace(b"c", b"k"))
    was = worked.source.stat()
    os.utime(new, ns=(was.st_atime_ns, was.st_mtime_ns))
    new.replace(worked.source)
    assert worked.checked().finding is Finding.CHANGED


def test_a_source_that_is_gone_has_vanished(worked: Worked) -> None:
    worked.source.unlink()
    assert worked.checked().finding is Finding.VANISHED
    worked.fails_with("FILE_4001")
    assert worked.checked().finding is Finding.VANISHED


def test_a_job_that_failed_on_a_readable_file_is_wrong(worked: Worked) -> None:
    worked.fails_with("FILE_4001")
    assert worked.checked() == Check(Finding.WRONG, "'file.png': it is failed: it failed")


def test_a_job_that_failed_on_a_file_that_changed_is_excused(worked: Worked) -> None:
    worked.source.write_bytes(b"new content")
    worked.fails_with("FILE_4004")
    assert worked.checked().finding is Finding.CHANGED


def test_a_thumbnail_is_what_its_job_reported(tmp_path: Path) -> None:
    worked = Worked(tmp_path, Role.THUMBNAIL)
    assert worked.checked() is EQUAL
    worked.output.write_bytes(b"something else")
    assert worked.checked().finding is Finding.WRONG


def test_a_picture_may_be_refused_but_not_fail_otherwise(tmp_path: Path) -> None:
    worked = Worked(tmp_path, Role.THUMBNAIL)
    worked.fails_with("FILE_4001")
    assert worked.checked() == Check(Finding.REFUSED, "it failed")
    worked.fails_with("FILE_4004")
    assert worked.checked().finding is Finding.WRONG


def test_checks_that_nobody_waits_for_end_soon(worked: Worked) -> None:
    checks = OutputChecks(worked.work)
    checks.give_up()
    assert "InterruptedError" in checks.check(worked.task, worked.record).detail
