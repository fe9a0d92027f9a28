"""A demo keeps its jobs apart from everybody else's."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from jobsys import ConfigurationError, JobsysContainer
from jobsys.demo.jobs import ShortJob
from jobsys.demo.places import clear, how_to_look, settings_for
from jobsys.demo.work_folder import WorkFolder
from jobsys.demo.workers import environment_of


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    return WorkFolder(tmp_path)


def test_a_demo_without_a_backend_uses_a_file_in_its_own_folder(work: WorkFolder) -> None:
    settings = settings_for(work, None)
    assert settings.backend == f"sqlite:///{work.root}/jobs.db"
    assert not settings.worker.enabled


def test_processes_cannot_share_memory(work: WorkFolder) -> None:
    with pytest.raises(ConfigurationError, match="cannot share a memory:// backend"):
        settings_for(work, "memory://")


def test_a_file_that_exists_already_is_left_alone(work: WorkFolder) -> None:
    theirs = work.root / "theirs.db"
    url = f"sqlite:///{theirs}"
    assert settings_for(work, url).backend == url
    theirs.touch()
    with pytest.raises(ConfigurationError, match=r"theirs\.db exists already"):
        settings_for(work, url)


async def test_a_demo_removes_its_own_keys_from_redis_and_no_others(
    work: WorkFolder, clean_redis_url: str
) -> None:
    settings = settings_for(work, clean_redis_url)
    container = JobsysContainer(settings)
    async with container.lifecycle(), Redis.from_url(clean_redis_url) as redis:
        await redis.set("theirs", 1)
        await container.job_service().submit_many([ShortJob()] * 700)
        assert await redis.dbsize() > 1
        await clear(settings)
        assert await redis.dbsize() == 1


def test_what_is_kept_is_named_without_its_password(work: WorkFolder) -> None:
    told = how_to_look(settings_for(work, "redis://bob:secret@localhost/0"), work)
    assert str(work.root) in told
    assert "secret" not in told


def test_workers_get_the_demos_settings_and_none_of_the_users(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOBSYS_WORKER__CONCURRENCY", "1")
    monkeypatch.setenv("jobsys_worker__enabled", "false")
    monkeypatch.setenv("KEPT", "yes")
    environment = environment_of(settings_for(work, None), work)
    assert environment["KEPT"] == "yes"
    assert environment["JOBSYS_BACKEND"].endswith("jobs.db")
    assert not {"JOBSYS_WORKER__CONCURRENCY", "jobsys_worker__enabled"} & environment.keys()
