"""Starting and stopping everything, in order."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from jobsys.ports.lifecycle import Component

Hook = Callable[[], Awaitable[None]]


class Lifecycle:
    """Starts components in order, then the `on_start` hooks; stops in reverse.

    A start that fails stops what had started and raises. A stop attempts every stop; what they
    raised comes out together as an ExceptionGroup.
    """

    def __init__(self, components: Callable[[], Sequence[Component]]) -> None:
        self._components = components
        self._on_start: list[Hook] = []
        self._on_stop: list[Hook] = []
        self._to_stop: list[Hook] = []
        self._started = False

    @property
    def has_started(self) -> bool:
        """True from the start to the end of the stop."""
        return self._started

    def on_start(self, hook: Hook) -> Hook:
        """Adds what runs once everything has started."""
        self._on_start.append(hook)
        return hook

    def on_stop(self, hook: Hook) -> Hook:
        """Adds what runs before anything is stopped; hooks run in the reverse of this order."""
        self._on_stop.append(hook)
        if self._started:
            self._to_stop.append(hook)
        return hook

    async def start(self) -> None:
        """Starts everything; a second start changes nothing."""
        if self._started:
            return
        self._started = True
        try:
            for component in self._components():
                self._to_stop.append(component.stop)
                await component.start()
            self._to_stop += self._on_stop
            for hook in self._on_start:
                await hook()
        except BaseException as error:
            await self._roll_back(error)
            raise

    async def stop(self) -> None:
        """Stops everything that was started.

        Raises:
            ExceptionGroup: stops that failed; every other one was made all the same.
        """
        errors: list[Exception] = []
        interrupt: BaseException | None = None
        while self._to_stop:
            try:
                await self._to_stop.pop()()
            except Exception as error:  # noqa: BLE001 (one failed stop must not keep the others from running)
                errors.append(error)
            except GeneratorExit:  # whoever is thrown away must not wait for anything more
                raise
            except BaseException as error:  # noqa: BLE001 (nor must a cancel of the stop itself)
                interrupt = error
        self._started = False
        if interrupt is not None:
            raise interrupt
        if errors:
            raise ExceptionGroup("some components did not stop cleanly", errors)

    async def _roll_back(self, error: BaseException) -> None:
        try:
            await self.stop()
        except ExceptionGroup as failures:
            error.add_note(f"while rolling back the start: {failures!r}")

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @asynccontextmanager
    async def lifespan(self, app: object) -> AsyncGenerator[None]:
        """Runs everything as long as an ASGI application runs: `FastAPI(lifespan=…)`."""
        async with self:
            yield
