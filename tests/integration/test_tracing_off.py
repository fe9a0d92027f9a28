"""Whoever does not ask for traces has no difference: nothing is stored, nothing is imported."""

import subprocess
import sys

import pytest

from jobsys import BaseJob, ConfigurationError, JobContext, JobsysContainer, Settings
from jobsys.application.execution import JobExecutor
from jobsys.application.intake import Intake
from jobsys.domain.envelope import encode
from tests.support.spans import Spans

OFF = """
import asyncio, sys
sys.modules["fastapi"] = None  # dependency_injector imports it, and it imports opentelemetry
from jobsys import BaseJob, JobsysContainer, Settings

class Greet(BaseJob):
    name: str = "ada"

container = JobsysContainer(Settings(backend=sys.argv[1]))

@container.handles(Greet)
async def greet(job, context):
    return job.name

async def main():
    async with container.lifecycle():
        jobs = container.job_service()
        [one, _] = await jobs.submit_many([Greet(), Greet()])
        await jobs.wait(one, timeout="30s")

asyncio.run(main())
print([name for name in sys.modules if "opentelemetry" in name])
"""
ON = OFF.replace("async def main", "container.trace()\n\nasync def main")
WITHOUT = "import sys\nsys.modules['opentelemetry'] = None\n"


class Greet(BaseJob):
    """Says hello."""

    name: str = "ada"


def said_by(program: str, url: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, url], text=True, capture_output=True, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("backend", ["memory://", "sqlite:///{}/jobs.db"])
def test_no_module_of_opentelemetry_is_imported(
    backend: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = backend.format(tmp_path_factory.mktemp("off"))
    assert said_by(OFF, url).splitlines()[-1] == "[]"
    assert "opentelemetry.trace" in said_by(ON, url)


def test_on_redis_jobsys_imports_none_either(clean_redis_url: str) -> None:
    ours = "jobsys.adapters.opentelemetry"  # redis-py itself imports the rest
    assert ours not in said_by(OFF, clean_redis_url)
    assert ours in said_by(ON, clean_redis_url)


async def test_what_is_stored_is_what_the_first_releases_stored(url: str) -> None:
    container = JobsysContainer(Settings(backend=url, worker={"enabled": False}))
    async with container.lifecycle():
        with Spans().tracer.start_as_current_span("request"):  # the host's, and none of jobsys's
            one = await container.job_service().submit(Greet())
            [many] = await container.job_service().submit_many([Greet()])
        for job_id in (one, many):
            record = await container.job_service().get(job_id)
            stored = encode(record.header, record.payload)
            assert stored == b'{"type":"greet","version":1}\n{"name":"ada"}'


def test_nothing_that_tells_of_jobs_is_wired_in() -> None:
    container = JobsysContainer(Settings(backend="memory://"))
    assert type(container.intake()) is Intake
    assert type(container.executor()) is JobExecutor


def test_a_missing_extra_is_an_error_that_names_the_command() -> None:
    told = said_by(WITHOUT + ON, "memory://")
    assert "MissingExtra: tracing needs OpenTelemetry" in told
    assert "run python -m pip install 'jobsys[otel]'" in told
    assert said_by(WITHOUT + OFF, "memory://").splitlines()[-1] == "['opentelemetry']"


async def test_whoever_asks_too_late_is_told() -> None:
    container = JobsysContainer(Settings(backend="memory://"))

    @container.handles(Greet)
    async def greet(job: Greet, context: JobContext) -> None: ...

    async with container.lifecycle():
        with pytest.raises(ConfigurationError, match="before the start"):
            container.trace()
    Spans().follow(container)


async def test_a_container_that_was_used_before_keeps_its_handlers_when_it_traces() -> None:
    container, spans = JobsysContainer(Settings(backend="memory://")), Spans()
    container.job_service()

    @container.handles(Greet)
    async def greet(job: Greet, context: JobContext) -> str:
        return job.name

    spans.follow(container)
    async with container.lifecycle():
        jobs = container.job_service()
        record = await jobs.wait(await jobs.submit(Greet()), timeout="30s")
    assert record.result == "ada"
    assert spans.named("process default")
    assert spans.named("send default")
