"""A folder in which old and new files lie, and whether a clean-up left the right ones."""

import os
import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from pathlib import Path
from typing import Final, cast

from jobsys import CleanupJob, JobRecord
from jobsys.demo.evidence import Check, Finding

OLD: Final = frozenset({"old.tmp", "old.log", "nested/old.tmp"})
NEW: Final = frozenset({"new.tmp", "nested/new.log"})
LIMIT: Final = timedelta(days=1)


class Clutter:
    """A new folder with files that are older than the limit, and files that are not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        long_ago = time.time() - 2 * LIMIT.total_seconds()
        for name in OLD | NEW:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
            if name in OLD:
                os.utime(path, (long_ago, long_ago))

    def job(self, *, dry_run: bool) -> CleanupJob:
        """Returns the job that removes what is old, or only says what it would remove."""
        return CleanupJob(
            folder=str(self._folder), older_than=LIMIT, recursive=True, dry_run=dry_run
        )

    def left(self) -> AbstractSet[str]:
        """Returns the files that are there now."""
        paths = self._folder.rglob("*")
        return {path.relative_to(self._folder).as_posix() for path in paths if path.is_file()}


def dry_run_check(left: AbstractSet[str], record: JobRecord) -> Check:
    """Says whether a dry run named all that is old, and left everything."""
    told = cast("Mapping[str, Sequence[str]]", record.result or {})
    named = told.get("names", ())
    detail = f"named {len(named)}, left {len(left)} of {len(OLD | NEW)}"
    is_right = sorted(named) == sorted(OLD) and left == OLD | NEW
    return Check(Finding.EQUAL if is_right else Finding.WRONG, detail)


def cleanup_check(left: AbstractSet[str], record: JobRecord) -> Check:
    """Says whether a clean-up left what is new, and nothing else.

    Its result is not asked: one that was begun again names only what had still been there.
    """
    detail = f"{record.status}, left {len(left)} of {len(OLD | NEW)}"
    return Check(Finding.EQUAL if left == NEW else Finding.WRONG, detail)
