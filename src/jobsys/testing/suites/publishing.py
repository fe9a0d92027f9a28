"""What `EventBus.publish` promises."""

import asyncio
from datetime import timedelta

from jobsys.testing.backend import EventBusUnderTest
from jobsys.testing.notices import ANY, is_heard, keys_received, notices


class PublishingSuite:
    """One test for each sentence."""

    async def test_publish_says_whether_anybody_listens(self, backend: EventBusUnderTest) -> None:
        assert await backend.events.publish(notices("a")) is False
        async with backend.events.subscribe(ANY):
            assert await backend.events.publish(notices("b")) is True

    async def test_publish_says_so_also_of_a_listener_in_another_process(
        self, backend: EventBusUnderTest
    ) -> None:
        async with (await backend.another_event_bus()).subscribe(ANY):
            assert await backend.events.publish(notices("a")) is True

    async def test_while_nobody_listens_nothing_is_written(
        self, backend: EventBusUnderTest
    ) -> None:
        await backend.events.publish(notices("a", "b"))
        async with backend.events.subscribe(ANY) as listener:
            await backend.events.publish(notices("c"))
            assert await keys_received(listener, 1) == ["c"]
            assert listener.lost == 0

    async def test_nobody_listens_any_more_once_the_last_listener_has_left(
        self, backend: EventBusUnderTest
    ) -> None:
        other = await backend.another_event_bus()
        async with backend.events.subscribe(ANY):
            async with other.subscribe(ANY):
                pass
            assert await other.publish(notices("a")) is True
        await is_heard(backend.events, wanted=False)
        await is_heard(other, wanted=False)

    async def test_a_listener_that_left_by_an_error_has_left(
        self, backend: EventBusUnderTest
    ) -> None:
        async def listen() -> None:
            async with backend.events.subscribe(ANY) as listener:
                await anext(listener)

        task = asyncio.create_task(listen())
        await is_heard(backend.events, wanted=True)
        task.cancel()
        await asyncio.wait([task])
        await is_heard(backend.events, wanted=False)

    async def test_a_listener_whose_process_has_died_is_forgotten(
        self, backend: EventBusUnderTest
    ) -> None:
        await backend.lose_a_listener()
        await backend.advance(timedelta(seconds=10))
        await is_heard(backend.events, wanted=False)

    async def test_a_dead_listener_keeps_nothing_from_the_others(
        self, backend: EventBusUnderTest
    ) -> None:
        await backend.lose_a_listener()
        async with backend.events.subscribe(ANY) as listener:
            assert await backend.events.publish(notices("a")) is True
            assert await keys_received(listener, 1) == ["a"]

    async def test_a_listener_that_is_slow_delays_nobody(self, backend: EventBusUnderTest) -> None:
        async with backend.events.subscribe(ANY), backend.events.subscribe(ANY) as quick:
            for number in range(100):
                await backend.events.publish(notices(f"{number}"))
            assert await keys_received(quick, 100) == [f"{number}" for number in range(100)]
