"""Starting in order, stopping in reverse, whatever goes wrong on the way."""

import asyncio

import pytest

from jobsys.application.lifecycle import Hook, Lifecycle
from jobsys.ports.lifecycle import Component


class Part(Component):
    """Writes down what happens to it."""

    def __init__(
        self,
        name: str,
        story: list[str],
        *,
        on_start: BaseException | None = None,
        on_stop: BaseException | None = None,
    ) -> None:
        self._name, self._story = name, story
        self._on_start, self._on_stop = on_start, on_stop

    async def start(self) -> None:
        self._story.append(f"start {self._name}")
        if self._on_start is not None:
            raise self._on_start

    async def stop(self) -> None:
        self._story.append(f"stop {self._name}")
        if self._on_stop is not None:
            raise self._on_stop


def telling(story: list[str], what: str) -> Hook:
    async def hook() -> None:
        story.append(what)

    return hook


async def test_parts_start_in_order_and_stop_in_reverse_with_the_hooks_in_between() -> None:
    story: list[str] = []
    lifecycle = Lifecycle(lambda: [Part("a", story), Part("b", story)])
    lifecycle.on_start(telling(story, "hook 1"))
    lifecycle.on_start(telling(story, "hook 2"))
    lifecycle.on_stop(telling(story, "bye 1"))
    lifecycle.on_stop(telling(story, "bye 2"))
    async with lifecycle:
        story.append("body")
    assert story == [
        *("start a", "start b", "hook 1", "hook 2", "body"),
        *("bye 2", "bye 1", "stop b", "stop a"),
    ]


async def test_a_second_start_and_a_second_stop_change_nothing() -> None:
    story: list[str] = []
    lifecycle = Lifecycle(list)
    lifecycle.on_start(telling(story, "hook"))
    lifecycle.on_stop(telling(story, "bye"))
    await lifecycle.stop()
    for _ in range(2):
        await lifecycle.start()
    for _ in range(2):
        await lifecycle.stop()
    assert story == ["hook", "bye"]


async def test_it_can_be_started_again_after_a_stop() -> None:
    story: list[str] = []
    lifecycle = Lifecycle(lambda: [Part("a", story)])
    for _ in range(2):
        async with lifecycle:
            pass
    assert story == ["start a", "stop a"] * 2


async def test_a_start_that_fails_stops_what_had_started_and_raises() -> None:
    story: list[str] = []
    failing = Part("b", story, on_start=ConnectionError("b"), on_stop=ValueError("b again"))
    lifecycle = Lifecycle(lambda: [Part("a", story), failing, Part("c", story)])
    lifecycle.on_start(telling(story, "hook"))
    with pytest.raises(ConnectionError, match="b") as caught:
        await lifecycle.start()
    assert story == ["start a", "start b", "stop b", "stop a"]
    assert "b again" in caught.value.__notes__[0]


async def test_an_on_start_hook_that_fails_rolls_the_start_back() -> None:
    story: list[str] = []
    lifecycle = Lifecycle(lambda: [Part("a", story)])
    lifecycle.on_stop(telling(story, "bye"))

    @lifecycle.on_start
    async def hook() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await lifecycle.start()
    assert story == ["start a", "bye", "stop a"]


async def test_every_stop_is_attempted_and_what_they_raise_comes_out_together() -> None:
    story: list[str] = []
    parts = [Part(name, story, on_stop=OSError(name)) for name in "abc"]
    lifecycle = Lifecycle(lambda: parts)
    await lifecycle.start()
    with pytest.raises(ExceptionGroup) as caught:
        await lifecycle.stop()
    assert [str(error) for error in caught.value.exceptions] == ["c", "b", "a"]
    assert story[3:] == ["stop c", "stop b", "stop a"]
    await lifecycle.stop()


async def test_a_stop_that_is_cancelled_still_makes_the_others() -> None:
    story: list[str] = []
    parts = [Part("a", story), Part("b", story, on_stop=asyncio.CancelledError())]
    lifecycle = Lifecycle(lambda: parts)
    await lifecycle.start()
    with pytest.raises(asyncio.CancelledError):
        await lifecycle.stop()
    assert story[2:] == ["stop b", "stop a"]


async def test_a_hook_added_while_everything_runs_is_called_at_the_stop() -> None:
    story: list[str] = []
    lifecycle = Lifecycle(lambda: [Part("a", story)])
    async with lifecycle:
        lifecycle.on_stop(telling(story, "bye"))
    assert story == ["start a", "bye", "stop a"]


async def test_an_asgi_lifespan_is_one_start_and_one_stop() -> None:
    story: list[str] = []
    lifecycle = Lifecycle(lambda: [Part("a", story)])
    async with lifecycle.lifespan(object()):
        story.append("serves")
    assert story == ["start a", "serves", "stop a"]


class Slow(Part):
    """Takes time to stop."""

    async def stop(self) -> None:
        await super().stop()
        await asyncio.sleep(10)


async def test_a_stop_that_is_thrown_away_begins_no_other() -> None:
    story: list[str] = []
    lifecycle = Lifecycle(lambda: [Slow("a", story), Slow("b", story)])
    await lifecycle.start()
    stop = lifecycle.stop()
    stop.send(None)
    stop.close()
    assert story == ["start a", "start b", "stop b"]
