"""Nothing is removed before it is archived, and nothing is archived that nobody asked for."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest
from pydantic_core import from_json

from jobsys import BaseJob, JobStatus, Retention
from jobsys.adapters.memory.removal import MemoryRemoval
from jobsys.application import archivist as module
from jobsys.application.archive_lines import ArchiveQuery, found_in
from jobsys.application.archivist import LOOK_EVERY, ArchiveOptions, Archivist
from jobsys.domain.record import JobRecord
from jobsys.ports.archive import Archive
from jobsys.ports.errors import ArchiveUnavailable
from tests.support.bench import Bench
from tests.support.workshop import until

MINUTE = timedelta(minutes=1)


class Pay(BaseJob):
    """Has something to hide."""

    retention = Retention(done=MINUTE, dead=MINUTE)
    card: str = "4111"
    number: int = 1


class KeptLines(Archive):
    """Keeps lines, unless its disk is full."""

    def __init__(self) -> None:
        self.kept = list[bytes]()
        self.is_full = False
        self.asked = self.turns = 0
        self.meanwhile: Callable[[], object] = lambda: None

    async def add(self, lines: Sequence[bytes]) -> None:
        self.asked += 1
        if self.is_full:
            raise ArchiveUnavailable("No space left on device")
        self.kept += lines
        self.meanwhile()
        for _ in range(self.turns):
            await asyncio.sleep(0)

    def lines(self) -> Iterator[bytes]:
        return iter(self.kept)


@pytest.fixture
def archive() -> KeptLines:
    return KeptLines()


def archivist(
    bench: Bench, archive: Archive, keep_last: int = 10, options: ArchiveOptions | None = None
) -> Archivist:
    removal = MemoryRemoval(bench.store, bench.clock, keep_last)
    queues = ["default"]
    chosen = options or ArchiveOptions()
    return Archivist(removal, bench.inspector, archive, lambda: queues, chosen)


async def ended(bench: Bench, job: BaseJob | None = None) -> JobRecord:
    lease = await bench.leased(job or Pay())
    return await bench.settled(lease.succeeded(b'{"token":"t0ps3cret"}'))


def found(archive: Archive, query: ArchiveQuery | None = None) -> list[dict[str, object]]:
    return [dict(job) for job in found_in(archive.lines(), query or ArchiveQuery())]


async def test_a_job_whose_retention_is_over_is_archived_and_then_removed(
    bench: Bench, archive: KeptLines
) -> None:
    record = await ended(bench)
    keeper = archivist(bench, archive)
    assert await keeper.look() == LOOK_EVERY
    assert archive.kept == []
    bench.clock.advance(MINUTE)
    assert await keeper.look() == timedelta(0)
    [job] = found(archive)
    assert (job["job_id"], job["status"]) == (record.id, "completed")
    assert await bench.find_all() == []


async def test_those_beyond_the_number_that_a_queue_keeps_are_archived_as_well(
    bench: Bench, archive: KeptLines
) -> None:
    records = [await ended(bench) for _ in range(3)]
    await archivist(bench, archive, keep_last=1).look()
    assert len(archive.kept) == 2
    assert {job["job_id"] for job in found(archive)} < {record.id for record in records}
    assert len(await bench.find_all()) == 1


async def test_secrets_are_masked_unless_it_was_asked_for_them(bench: Bench) -> None:
    await ended(bench)
    masked, raw = KeptLines(), KeptLines()
    await archivist(bench, raw, 1, ArchiveOptions(raw=True)).look()
    bench.clock.advance(MINUTE)
    other = archivist(bench, masked)
    await other.look()
    await ended(bench)
    bench.clock.advance(MINUTE)
    await archivist(bench, raw, 10, ArchiveOptions(raw=True)).look()
    [hidden], [open_] = found(masked), found(raw)
    assert (hidden["payload"], hidden["result"]) == ({"card": "***", "number": 1}, {"token": "***"})
    assert open_["payload"] == {"card": "4111", "number": 1}
    assert open_["result"] == {"token": "t0ps3cret"}
    assert hidden.keys() == open_.keys()


async def test_while_the_archive_takes_nothing_nothing_is_removed_and_that_is_said_once(
    bench: Bench,
    archive: KeptLines,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY", timedelta(milliseconds=5))
    await ended(bench)
    bench.clock.advance(MINUTE)
    archive.is_full = True
    keeper = archivist(bench, archive)
    await keeper.start()
    await until(lambda: archive.asked > 2)
    assert len(await bench.find_all()) == 1
    assert caplog.text.count("are not archived now") == 1
    archive.is_full = False
    await until(lambda: archive.kept)
    await keeper.stop()
    assert await bench.find_all() == []
    assert len(archive.kept) == 1


async def test_one_that_dies_before_the_removal_archives_again_and_a_reader_sees_it_once(
    bench: Bench, archive: KeptLines
) -> None:
    record = await ended(bench)
    bench.clock.advance(MINUTE)

    def die() -> None:
        raise KeyboardInterrupt

    archive.meanwhile = die
    with pytest.raises(KeyboardInterrupt):
        await archivist(bench, archive).look()
    assert len(await bench.find_all()) == 1
    archive.meanwhile = lambda: None
    await archivist(bench, archive).look()
    assert [from_json(line)["job_id"] for line in archive.kept] == [record.id] * 2
    assert len(found(archive)) == 1
    assert await bench.find_all() == []


async def test_a_job_that_is_replayed_between_archive_and_removal_stays_and_both_ends_are_found(
    bench: Bench, archive: KeptLines
) -> None:
    lease = await bench.leased(Pay())
    await bench.service.cancel(lease.record.id)
    record = await bench.settled(lease.released())
    assert record.status is JobStatus.CANCELLED
    bench.clock.advance(MINUTE)
    archive.meanwhile = lambda: begun.append(asyncio.ensure_future(bench.service.retry(record.id)))
    begun = list[asyncio.Future[None]]()
    archive.turns = 10
    assert await archivist(bench, archive).look() == LOOK_EVERY
    archive.meanwhile = lambda: None
    assert begun[0].done()
    assert [one.status for one in await bench.find_all()] == [JobStatus.QUEUED]
    await bench.settled((await bench.claimed()).succeeded(None))
    bench.clock.advance(MINUTE)
    await archivist(bench, archive).look()
    assert sorted(str(job["status"]) for job in found(archive)) == ["cancelled", "completed"]


async def test_what_the_settings_leave_out_is_removed_and_not_archived(
    bench: Bench, archive: KeptLines
) -> None:
    await ended(bench)
    bench.clock.advance(MINUTE)
    options = ArchiveOptions(frozenset({"failed"}), frozenset({"default"}))
    await archivist(bench, archive, 10, options).look()
    assert archive.kept == []
    assert await bench.find_all() == []
    await ended(bench)
    bench.clock.advance(MINUTE)
    await archivist(bench, archive, 10, ArchiveOptions(queues=frozenset({"mails"}))).look()
    assert archive.kept == []


async def test_archived_jobs_are_found_by_what_is_asked_of_them(
    bench: Bench, archive: KeptLines
) -> None:
    record = await ended(bench)
    bench.clock.advance(MINUTE)
    await archivist(bench, archive).look()
    archive.kept += [b"no json", b"[1]"]
    for query in (
        ArchiveQuery(record.id),
        ArchiveQuery(status=JobStatus.COMPLETED, queue="default", job_type="PAY"),
    ):
        assert len(found(archive, query)) == 1
    for query in (
        ArchiveQuery("default:none"),
        ArchiveQuery(status=JobStatus.FAILED),
        ArchiveQuery(queue="mails"),
        ArchiveQuery(job_type="other"),
    ):
        assert found(archive, query) == []
