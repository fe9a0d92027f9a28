"""The service's books for callers that block."""

from collections.abc import Callable, Coroutine
from typing import TypeVar

from jobsys.application.circuits import CircuitBook
from jobsys.application.queues import QueueBook
from jobsys.application.schedules import ScheduleBook
from jobsys.application.service import BackgroundJobService
from jobsys.blocking.facade import Facade, blocking, in_the_loop, streaming

T = TypeVar("T")


class BlockingScheduleBook(Facade[ScheduleBook]):
    """`BackgroundJobService.schedules`, each method returning once it has been done."""

    def __init__(self, service: Facade[BackgroundJobService]) -> None:
        self._service = service

    def call(self, make: Callable[[ScheduleBook], Coroutine[object, object, T]]) -> T:
        """Returns what a coroutine over the schedules returns."""
        return self._service.call(lambda service: make(service.schedules))

    add = blocking(ScheduleBook.add)
    add_by_name = blocking(ScheduleBook.add_by_name)
    find = blocking(ScheduleBook.find)
    get = blocking(ScheduleBook.get)
    remove = blocking(ScheduleBook.remove)
    pause = blocking(ScheduleBook.pause)
    resume = blocking(ScheduleBook.resume)
    run_now = blocking(ScheduleBook.run_now)
    preview = in_the_loop(ScheduleBook.preview)


class BlockingQueueBook(Facade[QueueBook]):
    """`BackgroundJobService.queues`, each method returning once it has been done."""

    def __init__(self, service: Facade[BackgroundJobService]) -> None:
        self._service = service

    def call(self, make: Callable[[QueueBook], Coroutine[object, object, T]]) -> T:
        """Returns what a coroutine over the queues returns."""
        return self._service.call(lambda service: make(service.queues))

    find = blocking(QueueBook.find)
    policy = blocking(QueueBook.policy)
    configure = blocking(QueueBook.configure)
    pause = blocking(QueueBook.pause)
    resume = blocking(QueueBook.resume)
    drain = blocking(QueueBook.drain)
    purge = streaming(QueueBook.purge)


class BlockingCircuitBook(Facade[CircuitBook]):
    """`BackgroundJobService.circuits`, each method returning once it has been done."""

    def __init__(self, service: Facade[BackgroundJobService]) -> None:
        self._service = service

    def call(self, make: Callable[[CircuitBook], Coroutine[object, object, T]]) -> T:
        """Returns what a coroutine over the circuits returns."""
        return self._service.call(lambda service: make(service.circuits))

    states = blocking(CircuitBook.states)
    open = blocking(CircuitBook.open)
    close = blocking(CircuitBook.close)
