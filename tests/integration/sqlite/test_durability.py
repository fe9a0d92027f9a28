"""What a jobsys file says of its own worth."""

from pathlib import Path

import pytest

from jobsys.adapters.sqlite.durability import FileFacts, file_system, weaknesses_of
from jobsys.adapters.sqlite.store import SqliteStore
from tests.integration.sqlite.steps import HostClock

FILE = Path("/var/lib/app/jobs.db")


async def test_a_file_that_survives_the_loss_of_power_has_nothing_to_say(path: Path) -> None:
    store = SqliteStore(path, HostClock(), synchronous="FULL")
    assert await store.weaknesses() == []
    await store.stop()


async def test_a_file_that_only_survives_the_death_of_processes_says_so(store: SqliteStore) -> None:
    [one] = await store.weaknesses()
    assert one.code == "SQLITE_NORMAL"
    assert "jobs.db" in one.message
    assert "loss of power" in one.message


@pytest.mark.parametrize(
    ("mode", "synchronous", "kind", "codes"),
    [
        ("wal", 2, "ext4", []),
        ("wal", 2, None, []),
        ("wal", 2, "nfs4", ["SQLITE_NETWORK"]),
        ("delete", 2, "ext4", ["SQLITE_NO_WAL"]),
        ("delete", 1, "cifs", ["SQLITE_NETWORK", "SQLITE_NO_WAL", "SQLITE_NORMAL"]),
    ],
)
def test_what_weakens_a_file_has_a_code(
    mode: str, synchronous: int, kind: str | None, codes: list[str]
) -> None:
    found = weaknesses_of(FileFacts(FILE, mode, synchronous, kind))
    assert [one.code for one in found] == codes
    assert all(str(FILE) in one.message for one in found)


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ("/dev/sda1 / ext4 rw 0 0\nnas:/x /var/lib nfs4 rw 0 0\n", "nfs4"),
        ("nas:/x /var/lib nfs4 rw 0 0\n/dev/sda1 / ext4 rw 0 0\n", "nfs4"),
        ("/dev/sda1 / ext4 rw 0 0\nnas:/x /var/lib/app2 nfs4 rw 0 0\n", "ext4"),
        ("/dev/sda1 / ext4 rw 0 0\n//nas/x /var/lib/app cifs rw 0 0\n", "cifs"),
        ("", None),
    ],
)
def test_the_mount_that_is_nearest_to_a_file_tells_its_file_system(
    mounts: str, kind: str | None
) -> None:
    assert file_system(FILE, mounts) == kind


def test_a_mount_point_with_a_blank_is_read_as_the_system_writes_it() -> None:
    mounts = "/dev/sda1 / ext4 rw 0 0\nnas:/x /my\\040share nfs rw 0 0"
    assert file_system(Path("/my share/jobs.db"), mounts) == "nfs"
