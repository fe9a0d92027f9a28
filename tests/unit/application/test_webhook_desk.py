"""The desk that has webhooks made: what it does while the backend does not, and when it stops."""

import logging

import pytest

from jobsys.application import webhook_desk
from jobsys.application.admission import Admission
from jobsys.application.intake import Intake
from jobsys.application.reporter import Reporter
from jobsys.application.webhook_desk import WebhookDesk
from jobsys.application.webhook_maker import WebhookMaker
from jobsys.domain.job_id import JobId
from jobsys.domain.notice import NoticeInterest
from jobsys.domain.status import FINAL
from jobsys.domain.validator import JobValidator
from jobsys.domain.webhook_endpoint import WebhookEndpoint
from jobsys.testing.faults.faulty_queue import FaultyQueue
from tests.support.bench import Bench, Greet
from tests.support.workshop import until

BILLING = WebhookEndpoint("billing", "https://example.org/", ["whsec_x"], NoticeInterest(FINAL))


class Desk:
    """A desk, and what a worker would tell it."""

    def __init__(self, bench: Bench, queue: FaultyQueue, max_payload: int = 10_000) -> None:
        self.bench = bench
        self.reporter = Reporter(bench.metrics, bench.clock, lambda _: None)
        admission, validator = Admission(bench.policies), JobValidator(max_payload)
        intake = Intake(bench.factory, validator, bench.clock, bench.metrics, admission)
        maker = WebhookMaker([BILLING], queue, intake)
        self.desk = WebhookDesk(maker, bench.inspector, self.reporter, bench.clock)

    async def end_some(self, number: int = 1) -> None:
        """Settles jobs, and has the reporter tell of them."""
        for _ in range(number):
            end = (await self.bench.leased(Greet())).succeeded(None)
            await self.bench.settled(end)
            self.reporter.settled([end])

    async def made(self) -> int:
        """Returns how many webhooks there are."""
        return len([r for r in await self.bench.find_all() if r.id.queue == "webhooks"])


@pytest.fixture
def desk(bench: Bench, queue: FaultyQueue) -> Desk:
    return Desk(bench, queue)


async def test_what_the_backend_does_not_take_is_made_once_it_does(
    desk: Desk, queue: FaultyQueue
) -> None:
    queue.fail("enqueue", "before", "after")
    await desk.desk.start()
    await desk.end_some(3)
    await desk.desk.stop()
    assert await desk.made() == 3
    assert queue.calls.count("enqueue") == 3


async def test_what_waits_at_the_stop_is_made_before_it_is_over(desk: Desk) -> None:
    await desk.desk.start()
    await desk.end_some(250)
    await desk.desk.stop()
    assert await desk.made() == 250


async def test_after_the_stop_it_takes_no_note_of_anything(desk: Desk) -> None:
    await desk.desk.start()
    await desk.desk.stop()
    await desk.end_some()
    desk.desk.note_cancelled(JobId.of("default", "1"))
    await desk.desk.start()
    await desk.desk.stop()
    assert await desk.made() == 0


async def test_one_too_many_is_put_off_and_that_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(webhook_desk, "MOST_WAITING", 2)
    await desk.desk.start()
    desk.reporter.settled([(await desk.bench.leased(Greet())).succeeded(None) for _ in range(3)])
    await desk.desk.stop()
    assert await desk.made() == 2
    assert "1 webhooks are put off" in caplog.text


async def test_what_the_queue_would_never_store_is_said_and_keeps_no_other_from_it(
    bench: Bench, queue: FaultyQueue, caplog: pytest.LogCaptureFixture
) -> None:
    small = Desk(bench, queue, max_payload=100)
    await small.desk.start()
    with caplog.at_level(logging.ERROR):
        await small.end_some()
        await until(lambda: "is not told of the end of job" in caplog.text)
    await small.desk.stop()
    assert await small.made() == 0
