"""Ended jobs go into the archive before they go."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from jobsys.application.archive_lines import line_of
from jobsys.application.rounds import Rounds
from jobsys.domain.record import JobRecord
from jobsys.domain.status import FINAL
from jobsys.ports.archive import Archive
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.lifecycle import Component
from jobsys.ports.removal import Removal

log = logging.getLogger("jobsys.archive")

BATCH: Final = 200
LOOK_EVERY: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """Which ended jobs are archived, and whether with their secrets; the others are removed only."""

    statuses: Collection[str] = FINAL
    queues: Collection[str] = frozenset()
    raw: bool = False

    def takes(self, record: JobRecord) -> bool:
        """Says whether a job is archived."""
        is_of_these = not self.queues or record.id.queue in self.queues
        return is_of_these and record.status in self.statuses


class Archivist(Component):
    """Removes jobs that nobody keeps any longer, each once it is on the archive's disk.

    Any number may run, and none leads: two that look in the same moment archive a job twice, as does
    one that dies between the archive and the removal. While the archive takes nothing, nothing is
    removed.
    """

    def __init__(
        self,
        removal: Removal,
        inspector: JobInspector,
        archive: Archive,
        queues: Callable[[], Sequence[str]],
        options: ArchiveOptions,
    ) -> None:
        self._removal = removal
        self._inspector = inspector
        self._archive = archive
        self._queues = queues
        self._options = options
        self._is_stuck = False
        self._rounds = Rounds("jobsys-archivist", self.look, self._failed)

    async def start(self) -> None:
        """Looks from now on."""
        self._rounds.start()

    async def stop(self) -> None:
        """Breaks off the round under way: what it has archived and not removed is archived again."""
        await self._rounds.stop()

    async def look(self) -> timedelta:
        """Archives and removes what is over, and returns after how long to look again."""
        ids = await self._removal.over(self._queues(), BATCH)
        records = list((await self._inspector.get(ids)).values()) if ids else []
        await self._keep([record for record in records if self._options.takes(record)])
        removed = await self._removal.remove(records) if records else 0
        if self._is_stuck:
            self._is_stuck = False
            log.info("ended jobs are archived and removed again")
        return timedelta(0) if removed else LOOK_EVERY

    async def _keep(self, records: Sequence[JobRecord]) -> None:
        if records:
            await self._archive.add([line_of(r, raw=self._options.raw) for r in records])

    def _failed(self, error: Exception) -> timedelta:
        if not self._is_stuck:
            log.warning("ended jobs are not archived now, and stay until they are: %r", error)
        self._is_stuck = True
        return LOOK_EVERY
