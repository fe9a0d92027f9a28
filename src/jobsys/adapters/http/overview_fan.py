"""How the deployment stands, read once for however many look on."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Final

from jobsys.application.course import Course, Flow
from jobsys.application.doctor.finding import Code, Finding, Standing
from jobsys.application.loop_time import loop_time
from jobsys.application.overview import Overview, Survey
from jobsys.application.overview_views import history_view, overview_view, trouble_view
from jobsys.domain.redaction import redacted

READ_EVERY: Final = 0.5
PAUSE_PER_READ: Final = 10
"""A read that lasts long is followed by a pause so many times as long."""
LONGEST_PAUSE: Final = 2.0
LINGERS: Final = 60.0
"""Seconds for which it is read after somebody has asked, so that the next one finds a history."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """How the deployment stood at one read: as JSON values, and as the text that streams carry."""

    view: dict[str, object]
    text: str


class OverviewFan:
    """Reads for all who look on, and not while nobody does."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._course = Course()
        self._view = overview_view(Overview(survey.clock.now()), self._course)
        self._glimpse = self._told(self._view)
        self._lock = asyncio.Lock()
        self._took = 0.0
        self._turned = asyncio.Event()
        self._viewers = 0
        self._asked_at = 0.0
        self._reader: asyncio.Task[None] | None = None
        self._closed = False

    async def now(self) -> dict[str, object]:
        """Returns how it stands now, with its history, as JSON values."""
        glimpse = await self._latest()
        return {**glimpse.view, "history": history_view(self._course.stretches)}

    @property
    def flows(self) -> Mapping[str, Flow]:
        """How queues went of late, while somebody looks on; nothing is read for it."""
        is_read = self._reader is not None and not self._reader.done()
        return self._course.flows if is_read else {}

    async def follow(self) -> AsyncGenerator[str]:
        """Yields how it stands, at once and then at each read, until `close`."""
        self._viewers += 1
        try:
            yield (await self._latest()).text
            while not self._closed:
                await self._turned.wait()
                yield self._glimpse.text
        finally:
            self._viewers -= 1

    def close(self) -> None:
        """Ends what everybody looks at."""
        self._closed = True
        self._turned.set()

    async def _latest(self) -> Glimpse:
        """Returns what was read last; where nobody has looked on of late, it is read now."""
        self._asked_at = loop_time()
        async with self._lock:
            if self._reader is None or self._reader.done():
                await self._read()
                self._reader = asyncio.create_task(self._read_on(), name="jobsys-overview")
        return self._glimpse

    async def _read_on(self) -> None:
        while self._viewers or loop_time() - self._asked_at < LINGERS:
            pause = max(READ_EVERY, self._took * PAUSE_PER_READ)
            await asyncio.sleep(min(pause, LONGEST_PAUSE))
            await self._read()
            turned, self._turned = self._turned, asyncio.Event()
            turned.set()

    async def _read(self) -> None:
        begun = loop_time()
        try:
            overview = await self._survey.read()
        except Exception as error:  # noqa: BLE001 (whatever it is, those who look on are told)
            self._glimpse = self._told(self._away(error))
            return
        self._took = loop_time() - begun
        self._course.add(overview)
        self._view = overview_view(overview, self._course)
        self._glimpse = self._told({**self._view, "backend": {"answers": True, "error": None}})

    def _told(self, view: dict[str, object]) -> Glimpse:
        newest = history_view(self._course.stretches[-1:])
        return Glimpse(view, json.dumps({**view, "history": newest}))

    def _away(self, error: Exception) -> dict[str, object]:
        """Returns what was seen last, and that it is not seen any more."""
        why = redacted(str(error)) or type(error).__name__
        told = f"the backend does not answer, what is shown is old: {why}"
        mend = "start it, and see that this host reaches it"
        found = Finding(Code.BACKEND_UNREACHABLE, Standing.TROUBLE, told, mend, "jobsys doctor")
        return {
            **self._view,
            "backend": {"answers": False, "error": why},
            "troubles": [trouble_view(found)],
        }
