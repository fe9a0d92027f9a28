"""Opening a container for callers that block: one event loop a process, also after a fork."""

import atexit
import os
import sys
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import WeakSet

from jobsys.application.service import BackgroundJobService
from jobsys.blocking.facade import Facade
from jobsys.blocking.running import Running
from jobsys.blocking.service import BlockingJobService
from jobsys.config import Settings
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.backend import Backend

if TYPE_CHECKING:
    from jobsys.container import JobsysContainer

T = TypeVar("T")


class BlockingJobs(Facade[BackgroundJobService]):
    """Opens a container's backend for code that is not async; `jobsys worker` runs the jobs.

    >>> from jobsys import JobsysContainer, Settings
    >>> with BlockingJobs(JobsysContainer(Settings(backend="memory://"))) as jobs:
    ...     dict(jobs.counts())
    {}

    The container's lifecycle must not run in the same process: both would use one connection, each
    in its own event loop. A process that is forked from this one opens its own at its first call.
    """

    def __init__(self, container: "JobsysContainer") -> None:
        self._container = container
        self._lock = threading.Lock()
        self._is_open = False
        self._running: Running | None = None
        _known.add(self)

    def call(self, make: Callable[[BackgroundJobService], Coroutine[object, object, T]]) -> T:
        """Returns what a coroutine over the async service returns.

        Raises:
            RuntimeError: nothing is open, or the call comes from a coroutine that runs here.
        """
        return self._here().call(make)

    def open(self) -> None:
        """Connects; a second call changes nothing.

        Raises:
            ConfigurationError: the backend cannot be used; the message says what mends it.
            QueueUnavailable: it does not answer.
        """
        with self._lock:
            if not self._is_open:
                self._running = Running(self._container)
                self._is_open = True

    def close(self) -> None:
        """Lets background calls end, disconnects, and ends the event loop and its thread."""
        with self._lock:
            running, self._running, self._is_open = self._running, None, False
        if running is not None:
            running.close()

    def begin_anew(self) -> None:
        """Leaves everything that is open to the process from which this one was forked."""
        self._lock = threading.Lock()  # another thread of the parent may have held the old one
        _left_to_the_parent.append((self._running, self._container.backend()))
        self._running = None
        self._container.backend.reset()
        self._container.background.reset()
        self._container.renew("backend")

    def __enter__(self) -> BlockingJobService:
        self.open()
        return BlockingJobService(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _here(self) -> Running:
        with self._lock:
            if not self._is_open:
                raise RuntimeError("jobsys is not open here: with BlockingJobs(container) as jobs")
            if self._running is None:
                self._running = Running(self._container)
            return self._running


class ProcessWide:
    """The one service of a process, made at its first use."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._settings: Settings | None = None
        self._service: BlockingJobService | None = None

    def service(self, settings: Settings | None) -> BlockingJobService:
        """Returns the service; settings are for whoever comes first."""
        with self.lock:
            if self._service is None:
                self._settings = settings or Settings()
                self._service = self._opened(self._settings)
            elif settings not in (None, self._settings):
                raise ConfigurationError(
                    "this process has a service with other settings: give them at the first"
                    " get_service(), or open another BlockingJobs beside it"
                )
            return self._service

    def _opened(self, settings: Settings) -> BlockingJobService:
        from jobsys.container import JobsysContainer  # noqa: PLC0415 (costs more than a producer may need)

        jobs = BlockingJobs(JobsysContainer(settings))
        jobs.open()
        atexit.register(jobs.close)
        return BlockingJobService(jobs)


def get_service(settings: Settings | None = None) -> BlockingJobService:
    """Returns the service of this process: made once, for every thread, and closed at its end.

    Without settings the environment says them. A forked process gets connections of its own.

    Raises:
        ConfigurationError: the settings are not those of the first call, or cannot work.
        QueueUnavailable: the backend does not answer; the next call tries again.
    """
    return _process_wide.service(settings)


def _after_fork_in_child() -> None:
    _process_wide.lock = threading.Lock()
    for jobs in list(_known):
        jobs.begin_anew()


_known: Final[WeakSet[BlockingJobs]] = WeakSet()
# What is let go of would take its sockets out of the selector, which the parent uses as well.
_left_to_the_parent: Final[list[tuple[Running | None, Backend]]] = []
_process_wide: Final = ProcessWide()
if sys.platform != "win32":
    os.register_at_fork(after_in_child=_after_fork_in_child)
