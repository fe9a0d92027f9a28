"""What a jobsys file is worth where it lies."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.domain.value import value
from jobsys.ports.durability import Severity, Weakness

OVER_A_NETWORK: Final = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "glusterfs", "gpfs",
    "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs", "virtiofs",
})  # fmt: skip
"""File systems whose locks and shared memory do not reach from host to host."""
MOUNTS: Final = Path("/proc/self/mounts")

_FULL: Final = 2


@value
class FileFacts:
    """How a file is written, and the kind of file system that it lies on; None: nobody can say."""

    path: Path
    journal_mode: str
    synchronous: int
    file_system: str | None


def facts_of(path: Path, snapshot: Snapshot) -> FileFacts:
    """Returns the facts of an open file."""
    mode: str = snapshot.execute("PRAGMA journal_mode").fetchone()[0]
    synchronous: int = snapshot.execute("PRAGMA synchronous").fetchone()[0]
    mounts = MOUNTS.read_text() if MOUNTS.exists() else ""
    return FileFacts(path, mode, synchronous, file_system(path, mounts))


def weaknesses_of(facts: FileFacts) -> Sequence[Weakness]:
    """Returns what the facts mean for accepted jobs, the worst first."""
    return [weakness for check in _CHECKS if (weakness := check(facts))]


def file_system(path: Path, mounts: str) -> str | None:
    """Returns the kind of file system that a file lies on, as the list of mounts tells it."""
    lines = [line.split() for line in mounts.splitlines()]
    around = [(len(at), kind) for _, at, kind, *_ in lines if path.is_relative_to(_plain(at))]
    return max(around, key=lambda one: one[0])[1] if around else None


def _plain(mount_point: str) -> str:
    """Returns a path of the list of mounts, in which blanks are written as octal numbers."""
    return mount_point.encode("latin-1", "replace").decode("unicode_escape")


def _lies_over_a_network(facts: FileFacts) -> Weakness | None:
    if facts.file_system not in OVER_A_NETWORK:
        return None
    return Weakness(
        "SQLITE_NETWORK",
        Severity.CRITICAL,
        f"{facts.path} lies on {facts.file_system}, whose locks do not protect it:"
        " move it to a disk of this host, or use Redis",
    )


def _is_not_written_ahead(facts: FileFacts) -> Weakness | None:
    if facts.journal_mode == "wal":
        return None
    return Weakness(
        "SQLITE_NO_WAL",
        Severity.WARNING,
        f"{facts.path} is not written ahead (journal_mode={facts.journal_mode}), so readers"
        " and writers block one another: move it to a disk of this host",
    )


def _is_not_synchronous(facts: FileFacts) -> Weakness | None:
    if facts.synchronous >= _FULL:
        return None
    return Weakness(
        "SQLITE_NORMAL",
        Severity.INFO,
        f"{facts.path} is written with synchronous=NORMAL: a loss of power may lose the last"
        " moments; leave ?synchronous=NORMAL out of the URL",
    )


_CHECKS: Final = (_lies_over_a_network, _is_not_written_ahead, _is_not_synchronous)
