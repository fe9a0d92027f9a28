"""How much of its disk a jobsys file takes."""

from pathlib import Path
from shutil import disk_usage

from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.ports.room import Room


def room_of(path: Path, snapshot: Snapshot) -> Room:
    """Returns the room of an open file; the pages of it that are free are not taken."""
    pages = _number(snapshot, "page_count") - _number(snapshot, "freelist_count")
    disk = disk_usage(path.parent)
    taken = pages * _number(snapshot, "page_size")
    return Room(f"the disk of {path}", taken, disk.free, disk.total)


def _number(snapshot: Snapshot, pragma: str) -> int:
    value: int = snapshot.execute(f"PRAGMA {pragma}").fetchone()[0]
    return value
