"""What becomes of ended jobs before they are removed."""

from collections.abc import Sequence

from dependency_injector.providers import Object, Singleton

from jobsys.adapters.filesystem.archive import FolderArchive
from jobsys.application.archivist import ArchiveOptions, Archivist
from jobsys.config import ArchiveSettings, Settings
from jobsys.container.webhooks import Webhooks
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.status import FINAL
from jobsys.ports.archive import Archive
from jobsys.ports.backend import Backend
from jobsys.ports.clock import Clock
from jobsys.ports.removal import Removal


class Archiving(Webhooks):
    """The archive, and who keeps it."""

    def __init__(self, given: Settings) -> None:
        super().__init__(given)
        archive = given.archive
        self.archive = Singleton(open_archive, Object(archive), self.clock)
        self.archivist = Singleton(
            Archivist,
            Singleton(removal_of, self.backend),
            self.job_inspector,
            self.archive,
            Object(self._queues),
            ArchiveOptions(archive.statuses or FINAL, archive.queues, archive.raw),
        )

    def _archivists(self) -> Sequence[Archivist]:
        """Returns who keeps the archive, nobody where there is none."""
        return [self.archivist()] if self.settings().archive.folder else []


def open_archive(archive: ArchiveSettings, clock: Clock) -> Archive:
    """Returns the archive that the settings name.

    Raises:
        ConfigurationError: they name none.
    """
    if archive.folder is None:
        raise ConfigurationError("there is no archive: set archive.folder")
    return FolderArchive(archive.folder.absolute(), clock, archive.rotate_at)


def removal_of(backend: Backend) -> Removal:
    """Returns what removes ended jobs of a backend by hand.

    Raises:
        ConfigurationError: it cannot.
    """
    if backend.ports.removal is None:
        raise ConfigurationError(
            "archive.folder: this backend has no `removal` among its ports, and would remove ended"
            " jobs by itself"
        )
    return backend.ports.removal
