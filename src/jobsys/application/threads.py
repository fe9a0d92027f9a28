"""Running anybody's code: async in the event loop, blocking beside it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from inspect import CO_COROUTINE, isawaitable, iscoroutinefunction
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


async def called(function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> object:
    """Returns what an `async def` returns, or a plain function, which runs in a thread.

    A plain function that returns an awaitable has it awaited here.
    """
    if is_async(function):
        return await cast("Awaitable[object]", function(*args, **kwargs))
    result = await in_thread(function, *args, **kwargs)
    return await result if isawaitable(result) else result


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Returns what `function` returns in a thread of its own; raises what it raises.

    Cancelling this call leaves the thread running, for a thread cannot be stopped from outside.
    """
    return await asyncio.wrap_future(begun_in_thread(function, *args, **kwargs))


def begun_in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Begins a call in a thread of its own, and returns its outcome, which nobody can cancel.

    The thread is a daemon: one that never ends cannot keep the process from ending.
    """
    outcome: Future[T] = Future()
    context = copy_context()

    outcome.set_running_or_notify_cancel()  # or a cancel could win before the thread begins

    def work() -> None:
        try:
            result = context.run(function, *args, **kwargs)
        except (StopIteration, GeneratorExit, KeyboardInterrupt) as error:
            # A future that is given one of the first two never ends, and no operator's interrupt
            # reaches a thread.
            failure: BaseException = RuntimeError(f"the function raised {type(error).__name__}")
            failure.__cause__ = error
        except BaseException as error:  # noqa: BLE001 (whatever it is, it belongs to the caller)
            failure = error
        else:
            with suppress(RuntimeError):  # the event loop has ended meanwhile
                outcome.set_result(result)
            return
        with suppress(RuntimeError):
            outcome.set_exception(failure)

    threading.Thread(target=work, name="jobsys-job", daemon=True).start()
    return outcome


def is_asked_to_stop() -> bool:
    """Tells whether the running task was cancelled from outside, whatever became of that."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def is_async(function: object) -> bool:
    """Looks at the code itself, which `iscoroutinefunction` takes ten times as long to find."""
    code = getattr(function, "__code__", None)
    return iscoroutinefunction(function) if code is None else bool(code.co_flags & CO_COROUTINE)
