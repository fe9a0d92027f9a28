"""How a method of an event loop becomes one that blocks, with the same arguments and types."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import update_wrapper
from typing import Concatenate, ParamSpec, Protocol, TypeVar

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)
P = ParamSpec("P")
T = TypeVar("T")


class Facade(Protocol[S_co]):
    """What stands before an async object: it knows the object, and where its coroutines run."""

    @abstractmethod
    def call(self, make: Callable[[S_co], Coroutine[object, object, T]]) -> T:
        """Returns what the coroutine that `make` makes of the async object returns."""


def blocking(
    method: Callable[Concatenate[S, P], Coroutine[object, object, T]],
) -> Callable[Concatenate[Facade[S], P], T]:
    """Returns a method that does as `method` does, and returns once it has been done."""

    def done(self: Facade[S], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.call(lambda target: method(target, *args, **kwargs))

    return update_wrapper(done, method)


def streaming(
    method: Callable[Concatenate[S, P], AsyncIterator[T]],
) -> Callable[Concatenate[Facade[S], P], Iterator[T]]:
    """Returns a method that yields what `method` yields, each as it comes."""

    def done(self: Facade[S], /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        async def begun(target: S) -> AsyncIterator[T]:
            return method(target, *args, **kwargs)

        async def following(_: S) -> tuple[T, ...]:
            async for item in stream:
                return (item,)
            return ()

        stream = self.call(begun)
        while got := self.call(following):
            yield got[0]

    return update_wrapper(done, method)


def in_the_loop(
    method: Callable[Concatenate[S, P], T],
) -> Callable[Concatenate[Facade[S], P], T]:
    """Returns a method that does as `method`, which is not async, does in its event loop."""

    def done(self: Facade[S], /, *args: P.args, **kwargs: P.kwargs) -> T:
        async def called(target: S) -> T:
            return method(target, *args, **kwargs)

        return self.call(called)

    return update_wrapper(done, method)
