"""`jobsys worker --processes`: several processes under one."""

import os
import signal
import socket
import sqlite3
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from time import sleep

import pytest

from tests.integration.cli.conftest import Cli
from tests.support.processes import free_port, until


def children(pid: int) -> set[int]:
    """The processes that a process has started."""
    found: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(") ")[2].split()[:2]
        except OSError:
            continue  # it has ended meanwhile
        if int(parent) == pid and state != "Z":
            found.add(int(stat.parent.name))
    return found


def shown(file: Path) -> int:
    """How many workers have shown in a file that they are there."""
    with closing(sqlite3.connect(file)) as connection, suppress(sqlite3.OperationalError):
        return int(connection.execute("SELECT count(*) FROM workers").fetchone()[0])
    return 0  # it is being made


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_supervisor_drains_every_process(cli: Cli, number: signal.Signals) -> None:
    job_id = cli.submit("slow", '{"seconds": 1}')
    supervisor = cli.start("worker", "app:container", "--processes", "2")
    assert cli.begun() == job_id
    until(lambda: len(children(supervisor.pid)) == 2)
    workers = children(supervisor.pid)
    supervisor.send_signal(number)
    _, errors = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 0, errors
    assert not any(map(is_alive, workers))
    assert "completed" in cli.run("get", job_id)


def test_a_process_that_dies_is_replaced_and_its_job_runs_again(cli: Cli) -> None:
    cli.environment["JOBSYS_WORKER__LEASE_FOR"] = "1s"
    job_id = cli.submit("slow", '{"seconds": 1}')
    supervisor = cli.start("worker", "app:container", "--processes", "2")
    assert cli.begun() == job_id
    before = children(supervisor.pid)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(children(supervisor.pid) - before) == 2)
    until(lambda: "completed" in cli.run("get", job_id))
    supervisor.terminate()
    _, errors = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 0
    assert "ended with -9; starting it again in 0.5 s" in errors


def test_a_second_signal_ends_every_process_at_once(cli: Cli) -> None:
    cli.submit("slow", '{"busy": true}')
    supervisor = cli.start("worker", "app:container", "--processes", "2")
    cli.begun()
    until(lambda: len(children(supervisor.pid)) == 2)
    workers = children(supervisor.pid)
    supervisor.terminate()
    sleep(0.2)
    supervisor.terminate()
    assert supervisor.wait(10) == 128 + signal.SIGTERM
    until(lambda: not any(map(is_alive, workers)), within=5)


def test_workers_drain_when_their_supervisor_is_killed(cli: Cli) -> None:
    job_id = cli.submit("slow", '{"seconds": 1}')
    supervisor = cli.start("worker", "app:container", "--processes", "2")
    assert cli.begun() == job_id
    until(lambda: len(children(supervisor.pid)) == 2)
    workers = children(supervisor.pid)
    supervisor.kill()
    until(lambda: not any(map(is_alive, workers)))
    assert "completed" in cli.run("get", job_id)


def test_a_container_that_cannot_work_ends_the_supervisor_instead_of_going_round(cli: Cli) -> None:
    told = cli.run("worker", "app:broken", "--processes", "2", exit_code=3)
    assert "no such thing" in told
    cli.environment["JOBSYS_WORKER__LEASE_FOR"] = "never"
    assert "lease_for" in cli.run("worker", "app:container", "--processes", "2", exit_code=3)


def test_a_supervisor_whose_file_is_gone_ends_as_its_workers_do_and_makes_no_new_file(
    cli: Cli,
) -> None:
    cli.environment["JOBSYS_WORKER__LEASE_FOR"] = "1s"  # so that everybody looks soon
    supervisor = cli.start("worker", "app:container", "--processes", "2")
    file = cli.folder / "jobs.db"
    until(lambda: file.exists() and shown(file) == 2)
    workers = children(supervisor.pid)
    file.rename(file.with_suffix(".moved"))
    _, errors = supervisor.communicate(timeout=60)
    assert supervisor.returncode == 66, errors
    assert errors.count("the file of its jobs is gone") == 1
    assert not any(map(is_alive, workers))
    assert not file.exists()


def test_a_backend_that_is_not_there_yet_is_tried_again(cli: Cli) -> None:
    cli.backend = f"redis://127.0.0.1:{free_port()}"
    supervisor = cli.start("worker", "app:container", "--processes", "2")
    assert supervisor.stderr is not None
    while "ended with 69; starting it again in 1.0 s" not in supervisor.stderr.readline():
        assert supervisor.poll() is None


def test_queues_with_slots_and_concurrency_are_said_on_the_command_line(cli: Cli) -> None:
    job_id = cli.submit("slow", '{"seconds": 0}')
    queues = ("--queue", "default=1", "--queue", "mails")
    worker = cli.start("worker", "app:container", *queues, "--concurrency", "3")
    assert cli.begun() == job_id
    worker.terminate()
    _, errors = worker.communicate(timeout=30)
    assert "serves default, mails" in errors


def test_what_the_command_line_cannot_mean_is_refused(cli: Cli) -> None:
    for option in (["--queue", "mails=0"], ["--queue", "mails=x"], ["--processes", "0"]):
        cli.run("worker", "app:container", *option, exit_code=2)
    told = cli.run("worker", "app:container", "--queue", "a b", exit_code=3)
    assert "'a b' is not a name" in told
    told = cli.run("worker", "app:fixed", "--concurrency", "3", exit_code=3)
    assert "the container fixes worker.concurrency at 1" in told


def scraped(port: int) -> dict[str, float]:
    """The samples of one scrape, summed over their labels."""
    found: dict[str, float] = {}
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        for line in answer.read().decode().splitlines():
            if not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                family = name.partition("{")[0]
                found[family] = found.get(family, 0) + float(value)
    return found


def test_one_endpoint_tells_what_all_processes_have_done_also_after_one_has_died(cli: Cli) -> None:
    port = free_port()
    several = ("--processes", "2", "--metrics-port", str(port))
    supervisor = cli.start("worker", "app:container", *several)
    until(lambda: len(children(supervisor.pid)) == 2)
    for _ in range(5):
        cli.submit("greet", '{"name": "Ada"}')
    processed = "jobsys_jobs_processed_total"
    until(lambda: listens(port) and scraped(port).get(processed) == 5)
    before = children(supervisor.pid)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(children(supervisor.pid) - before) == 2)
    cli.submit("greet", '{"name": "Ada"}')
    until(lambda: scraped(port).get(processed) == 6)
    assert scraped(port)["jobsys_jobs_active_workers"] == 0
    supervisor.terminate()
    assert supervisor.wait(30) == 0


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_signal_to_the_whole_tree_lets_running_jobs_end(cli: Cli) -> None:
    job_id = cli.submit("slow", '{"seconds": 1}')
    supervisor = cli.start("worker", "app:container", "--processes", "2")
    assert cli.begun() == job_id
    until(lambda: len(children(supervisor.pid)) == 2)
    for pid in children(supervisor.pid):
        os.kill(pid, signal.SIGTERM)
    sleep(0.05)
    supervisor.terminate()
    assert supervisor.wait(30) == 0
    assert "completed" in cli.run("get", job_id)
