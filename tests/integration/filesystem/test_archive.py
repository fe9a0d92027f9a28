"""An archive in a folder: what is read of it again, whatever happened while it was written."""

import errno
import gzip
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from shutil import rmtree

import pytest

from jobsys.adapters.filesystem.archive import FolderArchive
from jobsys.ports.errors import ArchiveUnavailable
from jobsys.testing.virtual_clock import VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "archive"


def files(folder: Path) -> Sequence[Path]:
    return sorted(folder.iterdir())


async def test_lines_are_read_as_they_were_added_by_others_and_by_gzip_as_well(
    folder: Path, clock: VirtualClock
) -> None:
    archive = FolderArchive(folder, clock)
    await archive.add([b'{"n":1}', b'{"n":2}'])
    await archive.add([b'{"n":3}'])
    assert list(FolderArchive(folder, clock).lines()) == [b'{"n":1}', b'{"n":2}', b'{"n":3}']
    [file] = files(folder)
    assert gzip.decompress(file.read_bytes()) == b'{"n":1}\n{"n":2}\n{"n":3}\n'


async def test_an_archive_that_nobody_has_begun_is_empty(folder: Path, clock: VirtualClock) -> None:
    assert list(FolderArchive(folder, clock).lines()) == []


async def test_nobody_else_may_read_what_is_archived(folder: Path, clock: VirtualClock) -> None:
    await FolderArchive(folder, clock).add([b"{}"])
    modes = [path.stat().st_mode & 0o777 for path in (folder, *files(folder))]
    assert modes == [0o700, 0o600]


async def test_whatever_a_death_cuts_off_the_whole_lines_before_it_are_read(
    folder: Path, clock: VirtualClock
) -> None:
    lines = [b'{"number":%d}' % number for number in range(40)]
    archive = FolderArchive(folder, clock)
    await archive.add(lines[:20])
    [file] = files(folder)
    first = file.stat().st_size
    await archive.add(lines[20:])
    whole = file.read_bytes()
    found = list[bytes]()
    for length in range(len(whole) + 1):
        file.write_bytes(whole[:length])
        found = list(archive.lines())
        assert found == lines[: len(found)]
        assert length < first or len(found) >= 20
    assert found == lines


async def test_each_process_and_each_day_has_a_file_of_its_own(
    folder: Path, clock: VirtualClock
) -> None:
    archive, other = FolderArchive(folder, clock), FolderArchive(folder, clock)
    await archive.add([b"1"])
    await other.add([b"2"])
    clock.advance(timedelta(days=1))
    await archive.add([b"3"])
    names = [file.name.split(".") for file in files(folder)]
    assert [day for day, *_ in names] == ["2030-01-01", "2030-01-01", "2030-01-02"]
    assert len({process for _, process, *_ in names}) == 2
    assert sorted(archive.lines()) == [b"1", b"2", b"3"]
    assert list(archive.lines())[-1] == b"3"


async def test_a_file_that_is_large_makes_way_for_another(
    folder: Path, clock: VirtualClock
) -> None:
    archive = FolderArchive(folder, clock, rotate_at=1)
    for number in range(3):
        await archive.add([b"%d" % number])
    assert len(files(folder)) == 3
    assert list(archive.lines()) == [b"0", b"1", b"2"]


async def test_nothing_is_added_after_a_write_that_the_disk_cut_off(
    folder: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, write = FolderArchive(folder, clock), os.write
    await archive.add([b"first"])

    def half(file: int, data: memoryview) -> int:
        if data.tobytes().startswith(b"\x1f\x8b"):  # the beginning
            return write(file, data[:14])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half)
        with pytest.raises(ArchiveUnavailable, match="No space"):
            await archive.add([b"lost"])
    await archive.add([b"second"])
    assert list(archive.lines()) == [b"first", b"second"]


async def test_a_disk_that_stays_full_is_not_filled_with_files_that_hold_nothing(
    folder: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = FolderArchive(folder, clock)

    def full(_file: int, _data: memoryview) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        for _ in range(3):
            with pytest.raises(ArchiveUnavailable, match="No space"):
                await archive.add([b"lost"])
    assert files(folder) == []
    await archive.add([b"kept"])
    assert list(archive.lines()) == [b"kept"]


@pytest.mark.parametrize("is_folder_too", [False, True])
async def test_nothing_is_added_to_a_file_that_somebody_deleted(
    folder: Path, clock: VirtualClock, is_folder_too: bool
) -> None:
    archive = FolderArchive(folder, clock)
    await archive.add([b"first"])
    [file] = files(folder)
    if is_folder_too:
        rmtree(folder)
    else:
        file.unlink()
    await archive.add([b"second"])
    assert list(archive.lines()) == [b"second"]


async def test_a_file_that_is_deleted_while_it_is_written_has_taken_nothing(
    folder: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, sync = FolderArchive(folder, clock), os.fsync

    def meanwhile(file: int) -> None:
        sync(file)
        for path in files(folder):
            path.unlink()

    with monkeypatch.context() as patch:
        await archive.add([b"first"])
        patch.setattr(os, "fsync", meanwhile)
        with pytest.raises(ArchiveUnavailable, match="deleted"):
            await archive.add([b"lost"])
    await archive.add([b"second"])
    assert list(archive.lines()) == [b"second"]


async def test_a_folder_that_cannot_be_one_takes_nothing(
    tmp_path: Path, clock: VirtualClock
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveUnavailable, match="cannot be written"):
        await FolderArchive(tmp_path / "file", clock).add([b"{}"])


async def test_what_is_no_gzip_is_told_of_and_hides_nothing_of_other_files(
    folder: Path, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    archive = FolderArchive(folder, clock)
    await archive.add([b"kept"])
    (folder / "2029-01-01.x.0000.jsonl.gz").write_bytes(b"nonsense")
    assert list(archive.lines()) == [b"kept"]
    assert "is damaged" in caplog.text


async def test_many_lines_are_read_in_little_memory(folder: Path, clock: VirtualClock) -> None:
    archive = FolderArchive(folder, clock)
    for _ in range(20):
        await archive.add([b"%020d" % number for number in range(5_000)])
    assert sum(1 for _ in archive.lines()) == 100_000
