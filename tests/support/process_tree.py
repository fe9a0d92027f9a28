"""Which processes are there, and whose."""

from collections.abc import Iterator
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Says whether a process runs; one that is dead and not yet reaped does not."""
    return _stat(pid)[0] not in {"", "Z"}


def descendants(pid: int) -> set[int]:
    """Returns the processes that a process has made, and that these have made, and so on."""
    parents = dict(_parents())
    found: set[int] = set()
    while new := {child for child, parent in parents.items() if parent in {pid, *found}} - found:
        found |= new
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            state, parent = _stat(int(folder.name))
            if state not in {"", "Z"}:
                yield int(folder.name), parent


def _stat(pid: int) -> tuple[str, int]:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return "", 0
    return fields[0], int(fields[1])
