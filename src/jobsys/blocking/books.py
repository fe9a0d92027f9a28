"""The service's books for callers that block."""

from collections.abc import Callable, Coroutine
from typing import TypeVar

from jobsys.application.circuits import CircuitBook
from jobsys.application.dead_letters import DeadLetterBook
from jobsys.application.queues import QueueBook
from jobsys.application.scaling import ScalingBook
from jobsys.application.schedules import ScheduleBook
from jobsys.application.service import BackgroundJobService
from jobsys.application.workers import WorkerBook
from jobsys.blocking.facade import Facade, blocking, in_the_loop, streaming

B = TypeVar("B")
T = TypeVar("T")


class BlockingBook(Facade[B]):
    """A book of the service, each method returning once it has been done."""

    def __init__(
        self, service: Facade[BackgroundJobService], book: Callable[[BackgroundJobService], B]
    ) -> None:
        self._service = service
        self._book = book

    def call(self, make: Callable[[B], Coroutine[object, object, T]]) -> T:
        """Returns what a coroutine over the book returns."""
        return self._service.call(lambda service: make(self._book(service)))


class BlockingScheduleBook(BlockingBook[ScheduleBook]):
    """`BackgroundJobService.schedules`."""

    add = blocking(ScheduleBook.add)
    add_by_name = blocking(ScheduleBook.add_by_name)
    find = blocking(ScheduleBook.find)
    get = blocking(ScheduleBook.get)
    remove = blocking(ScheduleBook.remove)
    pause = blocking(ScheduleBook.pause)
    resume = blocking(ScheduleBook.resume)
    run_now = blocking(ScheduleBook.run_now)
    preview = in_the_loop(ScheduleBook.preview)


class BlockingQueueBook(BlockingBook[QueueBook]):
    """`BackgroundJobService.queues`."""

    find = blocking(QueueBook.find)
    policy = blocking(QueueBook.policy)
    configure = blocking(QueueBook.configure)
    pause = blocking(QueueBook.pause)
    resume = blocking(QueueBook.resume)
    drain = blocking(QueueBook.drain)
    purge = streaming(QueueBook.purge)


class BlockingWorkerBook(BlockingBook[WorkerBook]):
    """`BackgroundJobService.workers`."""

    find = blocking(WorkerBook.find)


class BlockingScalingBook(BlockingBook[ScalingBook]):
    """`BackgroundJobService.scaling`."""

    find = blocking(ScalingBook.find)


class BlockingCircuitBook(BlockingBook[CircuitBook]):
    """`BackgroundJobService.circuits`."""

    states = blocking(CircuitBook.states)
    open = blocking(CircuitBook.open)
    close = blocking(CircuitBook.close)


class BlockingDeadLetterBook(BlockingBook[DeadLetterBook]):
    """`BackgroundJobService.dead_letters`."""

    find = blocking(DeadLetterBook.find)
    summary = blocking(DeadLetterBook.summary)
    replay = blocking(DeadLetterBook.replay)
    replay_many = blocking(DeadLetterBook.replay_many)
    replay_matching = blocking(DeadLetterBook.replay_matching)
    edit = blocking(DeadLetterBook.edit)
    purge = blocking(DeadLetterBook.purge)
