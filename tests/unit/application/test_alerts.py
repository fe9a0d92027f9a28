"""Alerts: the first at once, a storm as a few that are counted, and none lost without a word."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial

import pytest

from jobsys.application import alerts as module
from jobsys.application.alerts import REST, AlertOptions, Alerts
from jobsys.domain.alert import Alert, AlertSeverity
from jobsys.domain.dead_letter import Cause
from jobsys.ports.alerts import AlertSink
from tests.support.alerts import CAUSE, KeptAlerts, alert
from tests.support.workshop import until

LONG = timedelta(minutes=5)
SHORT = timedelta(milliseconds=20)

Made = Callable[..., Alerts]


class Stubborn(KeptAlerts):
    """Raises at one alert, hangs at another, and keeps the others."""

    async def send(self, alert: Alert) -> None:
        if alert.text == "raise":
            raise OSError("the mail server is gone")
        if alert.text == "hang":
            await asyncio.Event().wait()
        await super().send(alert)


@pytest.fixture
def sink() -> KeptAlerts:
    return KeptAlerts()


@pytest.fixture
async def made(sink: KeptAlerts) -> AsyncIterator[Made]:
    """Makes alerts that are started, and stopped at the end."""
    started = list[Alerts]()

    def make(
        window: timedelta = LONG,
        least: AlertSeverity = AlertSeverity.LOW,
        to: AlertSink = sink,
    ) -> Alerts:
        started.append(Alerts(to, AlertOptions(least, window)))
        return started[-1]

    yield make
    for alerts in started:
        await alerts.stop()


def all_told(sink: KeptAlerts, number: int) -> bool:
    return sum(sink.counts) == number


async def settle() -> None:
    """Lets everything run that can run now."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_the_first_alert_is_sent_at_once_and_a_storm_is_one_more(
    made: Made, sink: KeptAlerts
) -> None:
    alerts = made()
    await alerts.start()
    alerts.raise_alert(alert("first"))
    await until(lambda: sink.sent)
    for number in range(10_000):
        alerts.raise_alert(alert(f"number {number}", key=f"job-{number}"))
    await settle()
    assert sink.counts == [1]
    await alerts.stop()
    assert sink.counts == [1, 10_000]
    last = sink.sent[-1]
    assert (last.text, last.job_id) == ("number 9999", "mails:job-9999")


async def test_each_window_of_a_cause_sends_one_alert(made: Made, sink: KeptAlerts) -> None:
    alerts = made(window=SHORT)
    await alerts.start()
    for expected in (5, 10, 15):
        for _ in range(5):
            alerts.raise_alert(alert())
        await until(partial(all_told, sink, expected))
    assert sink.counts[0] == 1
    assert len(sink.sent) <= 6


async def test_one_that_comes_after_a_quiet_window_is_sent_at_once(
    made: Made, sink: KeptAlerts
) -> None:
    alerts = made(window=SHORT)
    await alerts.start()
    alerts.raise_alert(alert())
    await asyncio.sleep(2 * SHORT.total_seconds())
    alerts.raise_alert(alert())
    await settle()
    assert sink.counts == [1, 1]


async def test_what_differs_in_cause_or_severity_is_not_gathered_together(
    made: Made, sink: KeptAlerts
) -> None:
    alerts = made()
    await alerts.start()
    causes = [CAUSE, CAUSE._replace(queue="other"), CAUSE._replace(error="KeyError")]
    for cause in causes * 2:
        alerts.raise_alert(alert(cause=cause))
    alerts.raise_alert(alert(severity=AlertSeverity.CRITICAL))
    await until(lambda: len(sink.sent) == 4)
    assert [one.cause for one in sink.sent] == [*causes, CAUSE]


async def test_beyond_so_many_causes_the_rest_is_gathered_as_one(
    made: Made, sink: KeptAlerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WINDOWS", 3)
    alerts = made()
    await alerts.start()
    for number in range(50):
        alerts.raise_alert(alert(cause=Cause("mails", "greet", None, f"Error{number}")))
    await alerts.stop()
    assert sum(sink.counts) == 50
    assert [(one.cause, one.count) for one in sink.sent[-2:]] == [(REST, 1), (REST, 46)]


async def test_what_is_less_severe_than_asked_is_not_sent(made: Made, sink: KeptAlerts) -> None:
    alerts = made(least=AlertSeverity.HIGH)
    await alerts.start()
    for severity in AlertSeverity:
        alerts.raise_alert(alert(severity=severity))
    await alerts.stop()
    assert [one.severity for one in sink.sent] == ["high", "critical"]


async def test_a_sink_that_raises_or_hangs_keeps_no_other_alert_back(
    made: Made, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.02)
    stubborn = Stubborn()
    alerts = made(to=stubborn)
    await alerts.start()
    for text in ("raise", "hang", "good"):
        alerts.raise_alert(alert(text, cause=CAUSE._replace(queue=text)))
    await until(lambda: stubborn.sent)
    assert [one.text for one in stubborn.sent] == ["good"]
    lost = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert "the mail server is gone" in lost[0]
    assert lost[0].endswith(": raise")
    assert lost[1].endswith(": hang")


async def test_an_alert_may_come_from_a_thread(made: Made, sink: KeptAlerts) -> None:
    alerts = made()
    await alerts.start()
    thread = threading.Thread(target=alerts.raise_alert, args=(alert(),))
    thread.start()
    await until(lambda: sink.sent)
    thread.join()


async def test_one_that_comes_after_the_stop_is_at_least_logged(
    made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    alerts = made()
    await alerts.start()
    await alerts.stop()
    alerts.raise_alert(alert("too late"))
    assert "too late" in caplog.text


async def test_it_may_be_started_again(made: Made, sink: KeptAlerts) -> None:
    alerts = made()
    for _ in range(2):
        await alerts.start()
        await alerts.start()
        alerts.raise_alert(alert())
        alerts.raise_alert(alert())
        await alerts.stop()
        await alerts.stop()
    assert sink.counts == [1, 1, 1, 1]
