"""The handler on real files; only the context is made up."""

import asyncio
import threading
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path

import pytest

from jobsys.adapters.filesystem.folder_cleaner import LocalFolderCleaner
from jobsys.adapters.system.clock import SystemClock
from jobsys.application.builtin.cleanup import CleanupHandler
from jobsys.domain.errors import FileProcessingFailed, FileRejected, InvalidJob
from jobsys.domain.factory import JobFactory
from jobsys.domain.jobs.cleanup import CleanupJob
from jobsys.domain.validator import JobValidator
from jobsys.ports.folder_cleaner import Cleaned, Sweep
from jobsys.testing.suites.sweep import made, names_in
from tests.support.attempt import Context, nothing

FACTORY = JobFactory([CleanupJob])
JOB = CleanupJob(folder="tmp", older_than=timedelta(days=1), dry_run=False)


class WatchedCleaner(LocalFolderCleaner):
    """Calls `at_file` after each file; says when its sweep has been left."""

    def __init__(self, root: Path, at_file: Callable[[], object] = nothing) -> None:
        super().__init__([root])
        self._at_file = at_file
        self.left = threading.Event()

    def sweep(self, wanted: Sweep) -> Generator[Cleaned]:
        try:
            for one in super().sweep(wanted):
                self._at_file()
                yield one
        finally:
            self.left.set()


def handler_of(cleaner: LocalFolderCleaner) -> CleanupHandler:
    return CleanupHandler(cleaner, SystemClock())


@pytest.mark.parametrize("reason", ["cancelled", "lease_lost"])
async def test_a_cancelled_or_lost_attempt_stops_between_two_files(
    tmp_path: Path, reason: str
) -> None:
    folder, context = made(tmp_path / "tmp", old=["a", "b", "c"]), Context()
    cleaner = WatchedCleaner(tmp_path, lambda: setattr(context, reason, True))
    with pytest.raises(FileProcessingFailed, match="stopped"):
        await handler_of(cleaner).execute(JOB, context)
    assert names_in(folder) == {"b", "c"}
    assert cleaner.left.is_set()


async def test_an_attempt_that_was_stopped_before_it_began_removes_nothing(tmp_path: Path) -> None:
    folder = made(tmp_path / "tmp", old=["a"])
    with pytest.raises(FileProcessingFailed, match="stopped"):
        await handler_of(LocalFolderCleaner([tmp_path])).execute(JOB, Context(cancelled=True))
    assert names_in(folder) == {"a"}


async def test_the_thread_stops_soon_after_the_attempt_timed_out(tmp_path: Path) -> None:
    folder = made(tmp_path / "tmp", old=["a", "b", "c"])
    reached, gate = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        gate.wait()

    cleaner = WatchedCleaner(tmp_path, hold)
    running = asyncio.create_task(handler_of(cleaner).execute(JOB, Context()))
    await asyncio.to_thread(reached.wait)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    gate.set()
    assert await asyncio.to_thread(cleaner.left.wait, 5)
    assert names_in(folder) == {"b", "c"}


async def test_progress_is_the_share_of_the_limit(tmp_path: Path) -> None:
    made(tmp_path / "tmp", old=[f"{number}" for number in range(250)])
    job, context = JOB.model_copy(update={"limit": 1000}), Context()
    await handler_of(LocalFolderCleaner([tmp_path])).execute(job, context)
    assert context.reports == [10, 20]


async def test_a_refused_folder_fails_the_attempt(tmp_path: Path) -> None:
    with pytest.raises(FileRejected, match="no such file"):
        await handler_of(LocalFolderCleaner([tmp_path])).execute(JOB, Context())


@pytest.mark.parametrize("name", ["cleanup", "data_cleanup", "cleanup_temp_files", "Data-Cleanup"])
def test_a_clean_up_has_three_names_and_is_read_back_from_the_store(name: str) -> None:
    job = FACTORY.create(name, {"folder": "tmp", "older_than": "7d"})
    assert job == CleanupJob(folder="tmp", older_than=timedelta(days=7))
    assert FACTORY.decode(CleanupJob, JobValidator().payload_of(job), 1) == job


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"older_than": 7}, "older_than"),
        ({"older_than": "-1d"}, "older_than"),
        ({"folder": ""}, "folder"),
        ({"pattern": ""}, "pattern"),
        ({"pattern": "a/b"}, "pattern"),
        ({"pattern": "*" * 256}, "pattern"),
        ({"limit": 0}, "limit"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_field_is_refused_at_submit(fields: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidJob, match=named):
        FACTORY.create("cleanup", {"folder": "tmp", "older_than": "7d", **fields})
