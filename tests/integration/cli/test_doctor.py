"""Each trouble is made, named by `jobsys doctor`, and mended by the very command that it gives."""

import json
import shlex
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
import redis

from jobsys import JobsysContainer, Settings
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.move import Move
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.schedule import Schedule, ScheduleId
from jobsys.domain.schedule_rule import ScheduleRule
from jobsys.domain.status import JobEvent
from jobsys.ports.submission import Submission
from tests.integration.cli.conftest import Cli
from tests.support.redis_server import RedisServer

WARD = """
import asyncio, pathlib
from datetime import UTC, datetime, timedelta
from dependency_injector.providers import Object
from jobsys import BaseJob, Circuit, JobContext, JobsysContainer, RetryPolicy, Settings

class Greet(BaseJob):
    name: str = "Ada"

class Sit(BaseJob):
    pass

class Post(BaseJob):
    retry = RetryPolicy(max_attempts=1)

class Fetch(BaseJob):
    retry = RetryPolicy(max_attempts=9, delays=["0s", "0s", "1h"], jitter="none")

def made():
    made = JobsysContainer(settings=Settings())
    @made.handles(Sit)
    async def sit(job: Sit, context: JobContext) -> None:
        pathlib.Path("begun").write_text(context.job_id)
        await asyncio.sleep(60)
    @made.handles(Post)
    async def post(job: Post, context: JobContext) -> None:
        if not pathlib.Path("mended").exists():
            raise ConnectionError("the post office is closed")
    @made.handles(Fetch)
    async def fetch(job: Fetch, context: JobContext) -> None:
        await post(Post(), context)
    return made

bare = made()
container = made()

@container.handles(Greet)
async def greet(job: Greet, context: JobContext) -> None: ...

class Shifted:
    def __init__(self, by: timedelta) -> None:
        self.by = by

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by

early = made()
early.handlers().register(Greet, lambda: None)
early.clock.override(Object(Shifted(-timedelta(minutes=5))))
"""

APP = ("--app", "ward:container")
LONGEST = 30.0


@pytest.fixture
def ward(cli: Cli) -> Cli:
    (cli.folder / "ward.py").write_text(WARD)
    return cli


@pytest.fixture
def redis_ward(redis_binary: Path, ward: Cli) -> Iterator[tuple[Cli, RedisServer]]:
    with RedisServer(redis_binary, appendonly=True) as server:
        ward.backend = server.url
        yield ward, server


def found(ward: Cli, *app: str) -> dict[str, dict[str, str]]:
    """What doctor finds, by code; its exit code says whether that is anything."""
    process = ward.start(*(app or APP), "doctor", "--json")
    printed, errors = process.communicate(timeout=60)
    told = json.loads(printed)
    findings = {one["code"]: one for check in told["checks"] for one in check["findings"]}
    assert process.returncode == (1 if findings else 0), errors
    assert (told["standing"] == "ok") == (not findings)
    return findings


def mended(ward: Cli, finding: dict[str, str]) -> None:
    """Types the command; a worker goes on beside the test."""
    program, *words = shlex.split(finding["command"])
    assert program == "jobsys"
    if "worker" in words:
        ward.start(*words)
    else:
        ward.run(*words)


def until_well(ward: Cli) -> None:
    until(lambda: not found(ward))


def until(holds: Callable[[], object]) -> None:
    end = monotonic() + LONGEST
    while not holds():
        assert monotonic() < end
        sleep(0.05)


def submit(ward: Cli, kind: str, *options: str, app: str = "ward:container") -> str:
    return ward.run("--app", app, "submit", kind, "{}", *options).strip()


@asynccontextmanager
async def opened(ward: Cli) -> AsyncIterator[JobsysContainer]:
    """The backend of the ward, in this process; nothing runs here."""
    container = JobsysContainer(Settings(backend=ward.backend))
    backend = container.backend()
    await backend.start()
    yield container
    await backend.stop()


def stored(name: str, kind: str, payload: bytes = b"{}") -> Submission:
    return Submission(
        JobId.of("default", name), Header(type=kind), JobPayload(payload), JobPriority.NORMAL
    )


def test_a_deployment_without_trouble_is_well(ward: Cli) -> None:
    ward.start(*APP, "worker")
    assert found(ward) == {}
    told = ward.run(*APP, "doctor")
    assert told.endswith("all is well\n")
    assert told.count("ok       ") == 10


def test_a_queue_that_no_worker_serves(ward: Cli) -> None:
    submit(ward, "greet", "--queue", "mails")
    finding = found(ward)["no_worker"]
    assert finding["standing"] == "trouble"
    assert "queue mails, of which 1 jobs have not ended" in finding["sentence"]
    mended(ward, finding)
    until_well(ward)


def test_a_worker_that_was_killed_is_missed_until_another_takes_its_place(ward: Cli) -> None:
    worker = ward.start(*APP, "worker")
    until(lambda: ward.json("workers") != {"workers": []})
    worker.kill()
    until(lambda: "worker_silent" in found(ward))
    mended(ward, found(ward)["worker_silent"])
    until_well(ward)


@pytest.mark.parametrize(
    ("hold", "code"), [((), "queue_paused"), (("--type", "greet"), "type_paused")]
)
def test_a_queue_or_a_type_that_is_held(ward: Cli, hold: Sequence[str], code: str) -> None:
    ward.start(*APP, "worker")
    ward.run(*APP, "queue", "pause", "default", *hold)
    submit(ward, "greet")
    until(lambda: set(found(ward)) == {code})
    mended(ward, found(ward)[code])
    until_well(ward)


def test_a_type_that_no_worker_has_a_handler_for(ward: Cli) -> None:
    ward.start("--app", "ward:bare", "worker")
    job_id = submit(ward, "greet")
    until(lambda: "no_handler" in found(ward))
    finding = found(ward)["no_handler"]
    assert f"1 jobs wait for that, such as {job_id}" in finding["sentence"]
    mended(ward, finding)
    until_well(ward)


def test_a_circuit_that_is_open(ward: Cli) -> None:
    ward.run(*APP, "circuit", "open", "smtp")
    finding = found(ward)["circuit_open"]
    assert "opened by hand" in finding["sentence"]
    mended(ward, finding)
    assert found(ward) == {}


async def test_dead_letters_that_pile_up_by_one_cause(ward: Cli) -> None:
    async with opened(ward) as container:
        await container.job_queue().enqueue([stored(f"{n}", "post") for n in range(40)])
    ward.start(*APP, "worker")
    until(lambda: "dead_letters" in found(ward))
    until(lambda: "40 of 40" in found(ward)["dead_letters"]["sentence"])
    finding = found(ward)["dead_letters"]
    assert "40 of 40 dead letters are jobs of type 'post'" in finding["sentence"]
    assert "failed with ConnectionError" in finding["sentence"]
    (ward.folder / "mended").touch()
    mended(ward, finding)
    until_well(ward)


def test_a_type_that_fails_again_and_again(ward: Cli) -> None:
    ward.start(*APP, "worker")
    job_id = submit(ward, "fetch")
    until(lambda: "failing_repeatedly" in found(ward))
    finding = found(ward)["failing_repeatedly"]
    assert "has failed 3 times (ConnectionError: the post office is closed)" in finding["sentence"]
    assert job_id in finding["mend"]
    (ward.folder / "mended").touch()
    mended(ward, finding)
    until_well(ward)


def test_jobs_that_wait_long_as_all_slots_are_busy(ward: Cli) -> None:
    ward.start(*APP, "worker", "--concurrency", "1")
    submit(ward, "sit")
    ward.begun()
    submit(ward, "greet", app="ward:early")
    until(lambda: "waits_long" in found(ward))
    finding = found(ward)["waits_long"]
    assert "1 ready jobs of queue default has waited 5 min" in finding["sentence"]
    assert "1 of 1 slots are busy" in finding["sentence"]
    mended(ward, finding)
    until_well(ward)


async def test_a_schedule_whose_job_nobody_makes(ward: Cli) -> None:
    async with opened(ward) as container:
        name, rule = ScheduleId.of("default", "nightly"), ScheduleRule(every=timedelta(days=300))
        job = Header(type="greet"), JobPayload(b"{}"), JobPriority.NORMAL
        before = datetime.now(UTC) - timedelta(minutes=10)
        await container.scheduler().put([Schedule(name, rule, *job, before)])
    finding = found(ward)["schedule_late"]
    assert "schedule default:nightly is 10 min" in finding["sentence"]
    mended(ward, finding)
    until_well(ward)


async def test_a_redis_that_is_nearly_full(redis_ward: tuple[Cli, RedisServer]) -> None:
    ward, server = redis_ward
    async with opened(ward) as container:
        large = b'{"name":"%b"}' % (b"x" * 200_000)
        jobs = [stored(f"{number}", "greet", large) for number in range(100)]
        await container.job_queue().enqueue(jobs)
        await container.job_queue().move([Move(job.job_id, JobEvent.CANCEL) for job in jobs])
    with redis.Redis.from_url(server.url) as admin:
        used = int(admin.info("memory")["used_memory"])  # type: ignore[index]
        admin.config_set("maxmemory", used - 100_000)
        finding = found(ward)["store_nearly_full"]
        assert "100 ended jobs are kept, 100 of them in queue default" in finding["sentence"]
        mended(ward, finding)
        assert found(ward) == {}


def test_a_redis_that_loses_what_it_accepted(redis_ward: tuple[Cli, RedisServer]) -> None:
    ward, server = redis_ward
    with redis.Redis.from_url(server.url) as admin:
        admin.config_set("appendonly", "no")
        finding = found(ward)["weak_store"]
        assert "(REDIS_NO_AOF)" in finding["sentence"]
        program, option, socket, *command = shlex.split(finding["command"])
        assert (program, option, socket) == ("redis-cli", "-s", str(server.socket))
        admin.execute_command(*command)
        assert found(ward) == {}


def test_a_clock_that_is_not_the_backends(redis_ward: tuple[Cli, RedisServer]) -> None:
    ward, _ = redis_ward
    finding = found(ward, "--app", "ward:early")["clock_skew"]
    assert "the clock of this host is 5 min behind the backend's" in finding["sentence"]
    assert finding["command"] == "timedatectl set-ntp true"
    assert found(ward) == {}
