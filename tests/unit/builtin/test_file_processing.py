"""The handler on real files and pictures; only the context is made up."""

import asyncio
import gzip
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from logging import Logger, LoggerAdapter, getLogger
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image

from jobsys.adapters.filesystem.file_store import LocalFileStore
from jobsys.adapters.null.job_metrics import NullCustomMetrics
from jobsys.adapters.pillow.image_tool import PillowImageTool
from jobsys.application.builtin.blocking_work import CHUNK
from jobsys.application.builtin.file_processing import FileProcessingHandler
from jobsys.domain.errors import FileProcessingFailed, FileRejected
from jobsys.domain.job_id import JobId
from jobsys.domain.jobs.file_processing import FileProcessingJob
from jobsys.ports.file_store import FileStore
from jobsys.ports.job_metrics import CustomMetrics


def nothing() -> None:
    """What happens at a report of progress unless a test wants more."""


@dataclass
class Context:
    """An attempt whose reports are kept; `at_report` may change what it says from then on."""

    at_report: Callable[[], None] = nothing
    reports: list[int] = field(default_factory=list)
    cancelled: bool = False
    lease_lost: bool = False
    job_id: JobId = field(default_factory=lambda: JobId("file_processing:1"))
    attempt: int = 1
    max_attempts: int = 1
    idempotency_key: str = "file_processing:1"
    fencing_token: int = 1
    metrics: CustomMetrics = field(default_factory=NullCustomMetrics)
    deadline: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(minutes=1))
    log: "LoggerAdapter[Logger]" = field(default_factory=lambda: LoggerAdapter(getLogger("test")))

    async def progress(self, percent: int, message: str = "") -> None:
        self.reports.append(percent)
        self.at_report()


class GatedStore(LocalFileStore):
    """Holds the thread back before it reads, until the gate is opened."""

    def __init__(self, root: Path) -> None:
        super().__init__([root])
        self.reached, self.gate, self.left = (threading.Event() for _ in range(3))

    @contextmanager
    def read(self, path: str) -> Generator[BinaryIO]:
        try:
            with super().read(path) as file:
                self.reached.set()
                self.gate.wait()
                yield file
        finally:
            self.left.set()


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def handler_of(store: FileStore) -> FileProcessingHandler:
    return FileProcessingHandler(files=store, images=PillowImageTool())


@pytest.fixture
def handler(tmp_path: Path) -> FileProcessingHandler:
    return handler_of(LocalFileStore([tmp_path]))


@pytest.fixture
def large(tmp_path: Path) -> bytes:
    """What `large.bin` holds: eight and a half chunks."""
    content = bytes(range(256)) * (CHUNK * 17 // 512)
    (tmp_path / "large.bin").write_bytes(content)
    return content


@pytest.mark.parametrize("name", ["a b.txt", "größe.txt", "two\nlines.txt", "-rf", "%2e%2e"])
async def test_a_checksum_is_that_of_the_whole_file_whatever_its_name(
    handler: FileProcessingHandler, tmp_path: Path, large: bytes, name: str
) -> None:
    (tmp_path / "large.bin").rename(tmp_path / name)
    result = await handler.execute(FileProcessingJob(operation="checksum", path=name), Context())
    assert result == {"sha256": sha256(large).hexdigest(), "bytes": len(large)}


async def test_an_empty_file_has_a_checksum_and_can_be_packed(
    handler: FileProcessingHandler, tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    job = FileProcessingJob(operation="gzip", path="empty", output="empty.gz")
    result = await handler.execute(job, Context())
    assert result["sha256"] == sha256().hexdigest()
    assert gzip.decompress((tmp_path / "empty.gz").read_bytes()) == b""


async def test_gzip_packs_to_the_same_bytes_each_time(
    handler: FileProcessingHandler, tmp_path: Path, large: bytes
) -> None:
    job = FileProcessingJob(operation="gzip", path="large.bin", output="packed/large.bin.gz")
    result = await handler.execute(job, Context())
    packed = (tmp_path / "packed/large.bin.gz").read_bytes()
    assert await handler.execute(job, Context()) == result
    assert (tmp_path / "packed/large.bin.gz").read_bytes() == packed
    assert gzip.decompress(packed) == large
    assert result == {
        "sha256": sha256(large).hexdigest(),
        "bytes": len(large),
        "packed_bytes": len(packed),
        "output": "packed/large.bin.gz",
    }


async def test_a_thumbnail_is_written_and_described(
    handler: FileProcessingHandler, tmp_path: Path
) -> None:
    Image.radial_gradient("L").resize((300, 200)).save(tmp_path / "disc.png")
    job = FileProcessingJob(operation="thumbnail", path="disc.png", output="d.webp", max_side=60)
    result = await handler.execute(job, Context())
    written = (tmp_path / "d.webp").read_bytes()
    assert result == {
        "width": 60,
        "height": 40,
        "sha256": sha256(written).hexdigest(),
        "bytes": len(written),
        "output": "d.webp",
    }


async def test_progress_of_a_large_file_rises_with_its_chunks(
    handler: FileProcessingHandler, large: bytes
) -> None:
    context = Context()
    await handler.execute(FileProcessingJob(operation="checksum", path="large.bin"), context)
    assert context.reports == [100 * CHUNK * chunk // len(large) for chunk in range(1, 9)]


@pytest.mark.parametrize("reason", ["cancelled", "lease_lost"])
async def test_a_cancelled_or_lost_attempt_stops_and_leaves_the_old_output(
    tmp_path: Path, large: bytes, reason: str
) -> None:
    (tmp_path / "out.gz").write_bytes(b"old")
    store, context = GatedStore(tmp_path), Context()
    job = FileProcessingJob(operation="gzip", path="large.bin", output="out.gz")
    running = asyncio.create_task(handler_of(store).execute(job, context))
    await asyncio.to_thread(store.reached.wait)
    setattr(context, reason, True)
    store.gate.set()
    with pytest.raises(FileProcessingFailed, match="stopped"):
        await running
    assert names_in(tmp_path) == {"large.bin", "out.gz"}
    assert (tmp_path / "out.gz").read_bytes() == b"old"


async def test_the_thread_stops_soon_after_the_attempt_timed_out(
    tmp_path: Path, large: bytes
) -> None:
    store, context = GatedStore(tmp_path), Context()
    job = FileProcessingJob(operation="gzip", path="large.bin", output="out.gz")
    running = asyncio.create_task(handler_of(store).execute(job, context))
    await asyncio.to_thread(store.reached.wait)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    store.gate.set()
    assert await asyncio.to_thread(store.left.wait, 5)
    assert names_in(tmp_path) == {"large.bin"}
    assert context.reports == []


async def test_a_refused_path_fails_the_attempt(handler: FileProcessingHandler) -> None:
    with pytest.raises(FileRejected, match="no such file") as caught:
        await handler.execute(FileProcessingJob(operation="checksum", path="none"), Context())
    assert caught.value.code == "FILE_4001"
