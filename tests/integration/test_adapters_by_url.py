"""Which adapter a backend's URL names: ours, or a package's of somebody else."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from jobsys import BaseJob, ConfigurationError, JobContext, JobsysContainer, Settings

SOON = timedelta(seconds=10)


class Greet(BaseJob):
    pass


@pytest.mark.parametrize("url", ["", "jobs.db", "kafka://x", "memory:/", "://"])
def test_a_url_that_no_adapter_takes_is_refused_and_the_known_schemes_are_named(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"memory://, redis://, rediss://, sqlite://"):
        JobsysContainer(settings=Settings(backend=url)).backend()


@pytest.mark.parametrize(
    "url", ["redis://host:port", "redis://localhost/x", "sqlite://", "memory://x:y@z"]
)
def test_no_url_makes_anything_but_a_backend_or_a_configuration_error(url: str) -> None:
    with suppress(ConfigurationError):
        JobsysContainer(settings=Settings(backend=url)).backend()


def installed(folder: Path, scheme: str, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installs a package of somebody else's that offers an adapter."""
    info = folder / f"{scheme}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {scheme}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[jobsys.adapters]\n{scheme} = {target}\n")
    monkeypatch.syspath_prepend(str(folder))


async def test_a_package_of_somebody_elses_offers_a_backend_by_its_scheme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = "jobsys.adapters.memory.backend:MemoryBackend"
    installed(tmp_path, "theirs", target, monkeypatch)
    container = JobsysContainer(settings=Settings(backend="theirs://x"))

    @container.handles(Greet)
    async def greet(job: Greet, context: JobContext) -> str:
        return "Hello"

    async with container.lifecycle():
        jobs = container.job_service()
        assert (await jobs.wait(await jobs.submit(Greet()), SOON)).result == "Hello"


@pytest.mark.parametrize("target", ["no_such_module:Thing", "jobsys.config:NoSuchThing"])
def test_a_package_whose_adapter_cannot_be_loaded_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    installed(tmp_path, "broken", target, monkeypatch)
    with pytest.raises(ConfigurationError, match=r"broken.*cannot be loaded"):
        JobsysContainer(settings=Settings(backend="broken://x")).backend()
