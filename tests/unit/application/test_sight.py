"""What those who look on cost, and which failures they are shown."""

from datetime import timedelta

import pytest

from jobsys import BaseJob, JobContext, JobsysContainer, RetryPolicy, Settings
from jobsys.application import newest_failures
from jobsys.application.sight import Watch
from jobsys.domain.status import JobStatus

LOOKS = 5


class Fail(BaseJob):
    retry = RetryPolicy(max_attempts=1)
    text: str


@pytest.fixture
def container() -> JobsysContainer:
    queues = ["default", "a", "b"]
    container = JobsysContainer(Settings(backend="memory://", worker={"queues": queues}))

    @container.handles(Fail)
    async def fail(job: Fail, context: JobContext) -> None:
        raise ValueError(job.text)

    return container


def watch_of(container: JobsysContainer) -> Watch:
    return Watch(container.survey(), container.job_service())


async def failed(container: JobsysContainer, *queues: str) -> list[str]:
    """Has a job fail in each of these queues, one after another; returns their ids."""
    jobs = container.job_service()
    ids = [await jobs.submit(Fail(text=queue), queue=queue) for queue in queues]
    for job_id in ids:
        assert (await jobs.wait(job_id, "10s")).status is JobStatus.FAILED
    return [str(job_id) for job_id in ids]


async def test_a_look_counts_once_and_reads_the_cards_once(
    container: JobsysContainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = list[str]()
    inspector, roster = container.job_inspector(), container.roster()
    for port, name in ((inspector, "counts"), (roster, "cards"), (inspector, "find")):
        original = getattr(port, name)

        async def counted(*args: object, _name: str = name, _original: object = original) -> object:
            calls.append(_name)
            assert callable(_original)
            return await _original(*args)

        monkeypatch.setattr(port, name, counted)
    watch = watch_of(container)
    for _ in range(LOOKS):
        await watch.look()
    assert sorted(calls) == ["cards"] * LOOKS + ["counts"] * LOOKS


async def test_the_newest_dead_letters_of_all_queues_are_shown_the_last_one_first(
    container: JobsysContainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest_failures, "LOOKED_FOR_EVERY", timedelta(0))
    watch = watch_of(container)
    async with container.lifecycle():
        assert (await watch.look()).failures == []
        first = await failed(container, *"ababab")
        seen = [record.id for record in (await watch.look()).failures]
        assert len(seen) == newest_failures.MOST
        assert set(seen) <= set(first)
        [last] = await failed(container, "b")
        shown = (await watch.look()).failures
        assert shown[0].id == last
        assert len(shown) == newest_failures.MOST


async def test_dead_letters_are_looked_for_once_in_five_seconds(
    container: JobsysContainer,
) -> None:
    watch = watch_of(container)
    async with container.lifecycle():
        await watch.look()
        await failed(container, "default")
        assert not (await watch.look()).failures
