"""Alerts on their way to where people see them: few, however many dead letters there are."""

import asyncio
import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from jobsys.application.loop_time import loop_time
from jobsys.domain.alert import Alert, AlertSeverity
from jobsys.domain.dead_letter import Cause
from jobsys.ports.alerts import AlertSink
from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.alerts")

MOST_WINDOWS: Final = 1_000
MOST_WAITING: Final = 1_000
PATIENCE: Final = 30.0
"""Seconds that a sink may take with one alert."""
LAST_ALERTS: Final = 1.0
"""Seconds that it has at the stop for all that were gathered."""
REST: Final = Cause("any queue", "jobs of many types", None, "many errors")
"""The cause of all alerts beyond as many causes as are told apart."""


@dataclass(frozen=True, slots=True)
class AlertOptions:
    """What is sent at least, and for how long alerts of one cause are gathered."""

    least: AlertSeverity = AlertSeverity.LOW
    window: timedelta = timedelta(minutes=5)


@dataclass(slots=True)
class _Window:
    ends_at: float
    gathered: Alert | None = None


class Alerts(Component):
    """Sends the first alert of a severity and cause at once, and then one for each window.

    What comes during a window is counted, and sent as one at its end. Each process does so by
    itself.
    """

    def __init__(self, sink: AlertSink, options: AlertOptions) -> None:
        self._sink = sink
        self._options = options
        self._windows: dict[tuple[AlertSeverity, Cause], _Window] = {}
        self._outgoing: deque[Alert] = deque(maxlen=MOST_WAITING)
        self._rung = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Sends from now on."""
        if self._task is None:
            self._loop, self._rung = asyncio.get_running_loop(), asyncio.Event()
            self._task = asyncio.create_task(self._run(), name="jobsys-alerts")

    async def stop(self) -> None:
        """Sends what was gathered, for a second at most."""
        task = self._task
        if task is None:
            return
        await asyncio.sleep(0)  # for those that were told last
        self._task = self._loop = None
        self._close_windows(float("inf"))
        self._rung.set()
        await asyncio.wait([task], timeout=LAST_ALERTS)
        task.cancel()
        await asyncio.wait([task])
        self._windows.clear()

    def raise_alert(self, alert: Alert) -> None:
        """Takes note of an alert and returns at once; from any thread."""
        if not alert.severity.reaches(self._options.least):
            return
        try:
            if self._loop is None:
                raise RuntimeError
            self._loop.call_soon_threadsafe(self._take, alert)
        except RuntimeError:
            log.error("an alert comes after the stop: %s: %s", alert.headline, alert.text)

    def _take(self, alert: Alert) -> None:
        now, key = loop_time(), (alert.severity, alert.cause)
        if key not in self._windows and len(self._windows) >= MOST_WINDOWS:
            key = alert.severity, REST
            alert = replace(alert, cause=REST)
        window = self._windows.get(key)
        if window is None:
            self._open_window(key, alert, now)
        else:
            window.gathered = alert if window.gathered is None else alert.after(window.gathered)

    def _open_window(self, key: tuple[AlertSeverity, Cause], alert: Alert, now: float) -> None:
        self._windows[key] = _Window(now + self._options.window.total_seconds())
        self._outgoing.append(alert)
        self._rung.set()

    def _close_windows(self, now: float) -> None:
        """Sends what the windows that end have gathered; each that has anything begins anew."""
        for key, window in list(self._windows.items()):
            if window.ends_at <= now:
                del self._windows[key]
                if window.gathered is not None:
                    self._open_window(key, window.gathered, now)

    async def _run(self) -> None:
        while self._task is not None or self._outgoing:
            self._close_windows(loop_time())
            while self._outgoing:
                await self._send(self._outgoing.popleft())
            self._rung.clear()
            next_end = min((window.ends_at for window in self._windows.values()), default=None)
            if self._task is not None:
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(next_end):
                        await self._rung.wait()

    async def _send(self, alert: Alert) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._sink.send(alert)
        except Exception as error:  # noqa: BLE001 (whatever it is, the next may get through)
            log.error("an alert is not sent: %r: %s: %s", error, alert.headline, alert.text)
