"""How fast a worker goes."""

import asyncio

import pytest

from jobsys import BaseJob, JobContext, JobsysContainer, Settings
from jobsys.application.pace import Pace
from tests.support.workshop import SOON


class Nap(BaseJob):
    seconds: float = 0.05


def container_of(*, enabled: bool = True) -> JobsysContainer:
    container = JobsysContainer(Settings(backend="memory://", metrics={"enabled": enabled}))

    @container.handles(Nap)
    async def nap(job: Nap, context: JobContext) -> None:
        await asyncio.sleep(job.seconds)

    return container


async def looked(container: JobsysContainer, monkeypatch: pytest.MonkeyPatch, jobs: int) -> Pace:
    """The pace after so many jobs, and after a look at it."""
    monkeypatch.setattr("jobsys.application.pace.SHORTEST_LOOK", 0.0)
    pace = Pace(container.reporter(), container.metrics())
    async with container.lifecycle():
        pace.begin()
        service = container.job_service()
        for job_id in await service.submit_many([Nap()] * jobs):
            await service.wait(job_id, SOON)
        pace.look()
    return pace


async def test_it_tells_how_many_jobs_have_ended_and_for_how_long_one_holds_a_slot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pace = await looked(container_of(), monkeypatch, 20)
    assert pace.rate > 1
    assert pace.seconds is not None
    assert 0.05 <= pace.seconds < 1


async def test_it_keeps_what_it_knows_while_nothing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    pace = await looked(container_of(), monkeypatch, 2)
    known = pace.seconds
    pace.look()
    assert (pace.rate, pace.seconds) == (0.0, known)


async def test_where_nothing_has_ended_or_metrics_are_off_it_knows_no_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (await looked(container_of(), monkeypatch, 0)).seconds is None
    off = await looked(container_of(enabled=False), monkeypatch, 2)
    assert off.seconds is None
    assert off.rate > 0


async def test_what_ended_lately_counts_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    container = container_of()
    pace = await looked(container, monkeypatch, 0)
    for seconds in (10.0, *[1.0] * 20):
        container.metrics().observe_job_duration("nap", seconds)
        pace.look()
    assert pace.seconds is not None
    assert 1.0 < pace.seconds < 1.1
