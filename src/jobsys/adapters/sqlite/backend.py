"""The SQLite backend: `sqlite:///relative/path.db` or `sqlite:////absolute/path.db`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from jobsys.adapters.sqlite.circuits import SqliteCircuits
from jobsys.adapters.sqlite.connection import Synchronous
from jobsys.adapters.sqlite.event_bus import SqliteEventBus
from jobsys.adapters.sqlite.job_inspector import SqliteJobInspector
from jobsys.adapters.sqlite.job_logs import SqliteJobLogs
from jobsys.adapters.sqlite.job_queue import SqliteJobQueue
from jobsys.adapters.sqlite.presence import SqlitePresence
from jobsys.adapters.sqlite.queue_policies import SqliteQueuePolicies
from jobsys.adapters.sqlite.removal import SqliteRemoval
from jobsys.adapters.sqlite.roster import SqliteRoster
from jobsys.adapters.sqlite.scheduler import SqliteScheduler
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.store_checker import SqliteStoreChecker
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.backend import BackendOptions, Ports
from jobsys.ports.stored_backend import StoredBackend

_SYNCHRONOUS: Final[Mapping[str, Synchronous]] = {"FULL": "FULL", "NORMAL": "NORMAL"}


class SqliteBackend(StoredBackend[SqliteStore]):
    """Jobs in one file, shared by the processes of one host.

    `?synchronous=NORMAL` after the path makes commits faster; they then survive the death of
    every process, but not a loss of power.
    """

    def __init__(self, options: BackendOptions) -> None:
        path, synchronous = located(options.url)
        super().__init__(
            lambda: SqliteStore(path, options.clock, synchronous=synchronous),
            lambda store: Ports(
                SqliteJobQueue(store, options.swept_to),
                SqliteJobInspector(store),
                SqliteScheduler(store, options.clock),
                SqliteQueuePolicies(store),
                SqliteEventBus(store, options.clock),
                SqlitePresence(store),
                SqliteJobLogs(store, options.clock),
                SqliteRoster(store, options.clock),
                lambda: SqliteStoreChecker(store, options.clock),
                SqliteCircuits(store, options.clock),
                SqliteRemoval(store, options.clock, options.keep_last),
            ),
        )


def located(url: str) -> tuple[Path, Synchronous]:
    """Returns the file that a URL names, and how it is synchronised.

    >>> located("sqlite:///jobs.db?synchronous=NORMAL")[1]
    'NORMAL'

    Raises:
        ConfigurationError: the URL names no file, or asks for something unknown.

    """
    parts = urlsplit(url)
    path = unquote(parts.path).removeprefix("/")
    if parts.netloc or not path or path == ":memory:":
        raise ConfigurationError(
            f"{url!r} names no file: write sqlite:///jobs.db, or sqlite:////var/lib/jobs.db"
        )
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    synchronous = _SYNCHRONOUS.get(asked.pop("synchronous", "FULL").upper())
    if asked or synchronous is None:
        raise ConfigurationError(f"{url!r}: only ?synchronous=FULL or NORMAL may follow the path")
    return Path(path).absolute(), synchronous
