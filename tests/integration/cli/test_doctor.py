"""Each trouble is made, named by `jobsys doctor`, and mended by the very command that it gives."""

import shlex
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis

from jobsys import JobsysContainer
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
from tests.support.ward import APP, WARD, Ward, until


@pytest.fixture
def ward(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Ward]:
    (cli.folder / "ward.py").write_text(WARD)
    monkeypatch.chdir(cli.folder)
    monkeypatch.setenv("JOBSYS_BACKEND", cli.backend)  # the program sets it: it is put back
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield Ward(cli, capsys, monkeypatch)
    sys.modules.pop("ward", None)


@pytest.fixture
def redis_ward(redis_binary: Path, ward: Ward) -> Iterator[tuple[Ward, RedisServer]]:
    with RedisServer(redis_binary, appendonly=True) as server:
        ward.cli.backend = server.url
        yield ward, server


def stored(name: str, kind: str, payload: bytes = b"{}") -> Submission:
    job_id, header = JobId.of("default", name), Header(type=kind)
    return Submission(job_id, header, JobPayload(payload), JobPriority.NORMAL)


def test_a_deployment_without_trouble_is_well(ward: Ward) -> None:
    assert ward.found() == {}
    told = ward.run(*APP, "doctor")
    assert told.endswith("all is well")
    assert told.count("ok       ") == 10


def test_a_queue_that_no_worker_serves(ward: Ward) -> None:
    ward.submit("greet", "--queue", "mails")
    finding = ward.finding("no_worker")
    assert finding["standing"] == "trouble"
    assert "queue mails, in which 1 have not ended" in finding["sentence"]
    ward.mend(finding)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
def test_a_worker_that_is_not_heard_of_is_missed_until_another_takes_its_place(
    ward: Ward, end: signal.Signals
) -> None:
    worker = ward.work()
    until(lambda: '"ready"' in ward.run("workers", "--json"))
    worker.send_signal(end)
    finding = ward.finding("worker_silent")
    assert f"(process {worker.pid} on " in finding["sentence"]
    ward.mend(finding)


@pytest.mark.parametrize(
    ("hold", "code"), [((), "queue_paused"), (("--type", "greet"), "type_paused")]
)
def test_a_queue_or_a_type_that_is_held(ward: Ward, hold: Sequence[str], code: str) -> None:
    ward.work()
    ward.run(*APP, "queue", "pause", "default", *hold)
    ward.submit("greet")
    until(lambda: set(ward.found()) == {code})
    ward.mend(ward.finding(code))


def test_a_type_that_no_worker_has_a_handler_for(ward: Ward) -> None:
    ward.cli.start("--app", "ward:bare", "worker")
    job_id = ward.submit("greet")
    finding = ward.finding("no_handler")
    assert f"1 jobs wait for that, such as {job_id}" in finding["sentence"]
    ward.mend(finding)
    until(lambda: '"completed"' in ward.run("get", job_id, "--json"))


def test_a_circuit_that_is_open(ward: Ward) -> None:
    ward.run(*APP, "circuit", "open", "smtp")
    finding = ward.finding("circuit_open")
    assert "opened by hand" in finding["sentence"]
    ward.mend(finding)


def test_dead_letters_that_pile_up_by_one_cause(ward: Ward) -> None:
    async def submitted(container: JobsysContainer) -> None:
        await container.job_queue().enqueue([stored(f"{n}", "post") for n in range(40)])

    ward.do(submitted)
    ward.work()
    finding = ward.finding("dead_letters", "40 of 40")
    assert "40 of 40 dead letters are jobs of type 'post'" in finding["sentence"]
    assert "failed with ConnectionError" in finding["sentence"]
    (ward.cli.folder / "mended").touch()
    ward.mend(finding)


def test_a_type_that_fails_again_and_again(ward: Ward) -> None:
    ward.work()
    job_id = ward.submit("fetch")
    finding = ward.finding("failing_repeatedly")
    assert "has failed 3 times (ConnectionError: the post office is closed)" in finding["sentence"]
    assert job_id in finding["mend"]
    (ward.cli.folder / "mended").touch()
    ward.mend(finding)


def test_jobs_that_wait_long_as_all_slots_are_busy(ward: Ward) -> None:
    ward.work("--concurrency", "1")
    ward.submit("sit")
    ward.cli.begun()
    ward.submit("greet", app="ward:early")
    finding = ward.finding("waits_long", "1 of 1 slots are busy")
    assert "1 ready jobs of queue default has waited 5 min" in finding["sentence"]
    ward.mend(finding)


def test_a_schedule_whose_job_nobody_makes(ward: Ward) -> None:
    async def put(container: JobsysContainer) -> None:
        name, rule = ScheduleId.of("default", "nightly"), ScheduleRule(every=timedelta(days=300))
        job = Header(type="greet"), JobPayload(b"{}"), JobPriority.NORMAL
        before = datetime.now(UTC) - timedelta(minutes=10)
        await container.scheduler().put([Schedule(name, rule, *job, before)])

    ward.do(put)
    finding = ward.finding("schedule_late")
    assert "schedule default:nightly is 10 min" in finding["sentence"]
    ward.mend(finding)


def test_a_redis_that_is_nearly_full(redis_ward: tuple[Ward, RedisServer]) -> None:
    ward, server = redis_ward

    async def filled(container: JobsysContainer) -> None:
        large = b'{"name":"%b"}' % (b"x" * 200_000)
        jobs = [stored(f"{number}", "greet", large) for number in range(100)]
        await container.job_queue().enqueue(jobs)
        await container.job_queue().move([Move(job.job_id, JobEvent.CANCEL) for job in jobs])

    ward.do(filled)
    with redis.Redis.from_url(server.url) as admin:
        used = int(admin.info("memory")["used_memory"])
        admin.config_set("maxmemory", used - 100_000)
        finding = ward.finding("store_nearly_full")
        assert "100 ended jobs are kept, 100 of them in queue default" in finding["sentence"]
        ward.mend(finding)


def test_a_redis_that_loses_what_it_accepted(redis_ward: tuple[Ward, RedisServer]) -> None:
    ward, server = redis_ward
    with redis.Redis.from_url(server.url) as admin:
        admin.config_set("appendonly", "no")
        finding = ward.finding("weak_store")
        assert "(REDIS_NO_AOF)" in finding["sentence"]
        program, option, socket, *command = shlex.split(finding["command"])
        assert (program, option, socket) == ("redis-cli", "-s", str(server.socket))
        admin.execute_command(*command)
        assert ward.found() == {}


def test_a_clock_that_is_not_the_backends(redis_ward: tuple[Ward, RedisServer]) -> None:
    ward, _ = redis_ward
    finding = ward.found("--app", "ward:early")["clock_skew"]
    assert "the clock of this host is 5 min behind the backend's" in finding["sentence"]
    assert finding["command"] == "timedatectl set-ntp true"
    assert ward.found() == {}
