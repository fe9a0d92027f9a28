"""What `EventBus.subscribe` promises."""

from dataclasses import replace

import pytest

from jobsys.domain.notice import NoticeInterest
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.ports.subscription import LARGEST_BUFFER
from jobsys.testing.backend import EventBusUnderTest
from jobsys.testing.notices import ANY, keys_received, notice, notices, received
from jobsys.testing.until import until

BATCH = 500


class ListeningSuite:
    """One test for each sentence."""

    async def test_a_listener_gets_what_is_published_once_it_has_entered(
        self, backend: EventBusUnderTest
    ) -> None:
        async with backend.events.subscribe(ANY) as listener:
            await backend.events.publish(notices("a"))
            assert await keys_received(listener, 1) == ["a"]

    async def test_a_listener_gets_nothing_from_before(self, backend: EventBusUnderTest) -> None:
        async with backend.events.subscribe(ANY):
            await backend.events.publish(notices("before"))
            async with backend.events.subscribe(ANY) as late:
                await backend.events.publish(notices("after"))
                assert await keys_received(late, 1) == ["after"]

    async def test_a_notice_comes_as_it_was_published(self, backend: EventBusUnderTest) -> None:
        told = [
            notice("done"),
            replace(
                notice("dead", JobStatus.FAILED),
                attempt=3,
                reason=Reason.EXHAUSTED,
                error="ValueErrör",
            ),
            replace(notice("result"), has_result=True),
            replace(
                notice("gone", JobStatus.CANCELLED), event=JobEvent.CANCEL, reason=Reason.REQUESTED
            ),
        ]
        async with backend.events.subscribe(ANY) as listener:
            await backend.events.publish(told)
            assert await received(listener, len(told)) == told

    async def test_notices_come_in_the_order_of_their_publisher(
        self, backend: EventBusUnderTest
    ) -> None:
        keys = [f"{number}" for number in range(1_500)]
        async with (await backend.another_event_bus()).subscribe(ANY) as listener:
            for start in range(0, len(keys), BATCH):
                await backend.events.publish(notices(*keys[start : start + BATCH]))
            assert await keys_received(listener, len(keys)) == keys

    @pytest.mark.parametrize(
        "interest",
        [
            NoticeInterest(statuses={JobStatus.FAILED, JobStatus.CANCELLED}),
            NoticeInterest(queues={"reports"}),
            NoticeInterest(job_types={"report", "bill"}),
            NoticeInterest({JobStatus.FAILED}, {"reports"}, {"report"}),
        ],
    )
    async def test_it_gets_those_of_its_interest(
        self, backend: EventBusUnderTest, interest: NoticeInterest
    ) -> None:
        wanted = notice("wanted", JobStatus.FAILED, queue="reports", job_type="report")
        async with backend.events.subscribe(interest) as listener:
            await backend.events.publish([notice("other"), wanted, notice("another")])
            await backend.events.publish([wanted])
            assert await received(listener, 2) == [wanted, wanted]

    async def test_each_of_several_listeners_gets_all_of_its_own(
        self, backend: EventBusUnderTest
    ) -> None:
        bus = backend.events
        failed = NoticeInterest(statuses={JobStatus.FAILED})
        async with bus.subscribe(ANY) as one, bus.subscribe(ANY) as two, bus.subscribe(failed) as f:
            await bus.publish([notice("a"), notice("b", JobStatus.FAILED)])
            assert await keys_received(one, 2) == ["a", "b"]
            assert await keys_received(two, 2) == ["a", "b"]
            assert await keys_received(f, 1) == ["b"]

    async def test_a_listener_in_another_process_gets_the_same(
        self, backend: EventBusUnderTest
    ) -> None:
        other = await backend.another_event_bus()
        async with other.subscribe(ANY) as there, backend.events.subscribe(ANY) as here:
            await backend.events.publish(notices("a"))
            await other.publish(notices("b"))
            assert await keys_received(there, 2) == ["a", "b"]
            assert await keys_received(here, 2) == ["a", "b"]

    async def test_a_slow_listener_loses_the_oldest_and_is_told_how_many(
        self, backend: EventBusUnderTest
    ) -> None:
        keys = [f"{number}" for number in range(LARGEST_BUFFER + 7)]
        last = NoticeInterest(queues={"last"})
        async with backend.events.subscribe(ANY) as slow, backend.events.subscribe(last) as end:
            for start in range(0, len(keys), BATCH):
                await backend.events.publish(notices(*keys[start : start + BATCH]))
            await backend.events.publish([notice("last", queue="last")])
            await received(end, 1)
            await until(lambda: slow.lost >= 8)
            assert slow.lost == 8
            assert await keys_received(slow, LARGEST_BUFFER) == [*keys[8:], "last"]
