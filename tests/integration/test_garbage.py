"""How often Python looks for garbage in a process that runs jobs."""

import gc
from collections.abc import Iterator

import pytest

from jobsys import BaseJob, JobContext, JobsysContainer, Settings

PYTHONS = 700


class Nap(BaseJob):
    """Does nothing."""


@pytest.fixture(autouse=True)
def pythons_threshold() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(PYTHONS)
    yield
    gc.set_threshold(*before)


def process(*, enabled: bool = True, gc_threshold: int = 10_000) -> JobsysContainer:
    given = {"enabled": enabled, "gc_threshold": gc_threshold}
    container = JobsysContainer(Settings.model_validate({"backend": "memory://", "worker": given}))

    @container.handles(Nap)
    async def nap(job: Nap, context: JobContext) -> None: ...

    return container


async def test_it_looks_rarely_while_jobs_run_and_as_before_once_they_do_not() -> None:
    container = process()
    for _ in range(2):
        async with container.lifecycle():
            assert gc.get_threshold()[0] == 10_000
        assert gc.get_threshold()[0] == PYTHONS


async def test_a_process_that_runs_no_jobs_is_left_as_it_is() -> None:
    async with process(enabled=False).lifecycle():
        assert gc.get_threshold()[0] == PYTHONS


async def test_a_setting_of_nought_leaves_it_as_it_is() -> None:
    async with process(gc_threshold=0).lifecycle():
        assert gc.get_threshold()[0] == PYTHONS


async def test_what_the_host_chooses_meanwhile_is_its_choice() -> None:
    async with process().lifecycle():
        gc.set_threshold(50_000)
    assert gc.get_threshold()[0] == 50_000


@pytest.mark.parametrize("chosen", [0, 50_000])
async def test_a_host_that_looks_more_seldom_or_never_goes_on_so(chosen: int) -> None:
    gc.set_threshold(chosen)
    async with process().lifecycle():
        assert gc.get_threshold()[0] == chosen
    assert gc.get_threshold()[0] == chosen
