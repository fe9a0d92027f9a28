"""One service a process, also across forks; its end is quiet and an interrupt is heard."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.redis_server import RedisServer

PROGRAMS = Path(__file__).with_name("programs.py")


@pytest.fixture(params=["sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A store that loses nothing, of which no process has to tell anything."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/jobs.db"
        return
    with RedisServer(request.getfixturevalue("redis_binary"), appendonly=True) as server:
        yield server.url


def command(name: str, url: str) -> list[str]:
    # Every warning is shown: of a connection that is not closed, for example.
    return [sys.executable, "-W", "always", str(PROGRAMS), name, url]


def run(name: str, url: str) -> str:
    """Returns what a program prints; fails when it fails, or warns."""
    done = subprocess.run(
        command(name, url), capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, told(done.stderr)) == (0, "")
    return done.stdout


def told(stderr: str) -> str:
    """What a program told, without what Python 3.12 says of any fork beside threads."""
    lines = stderr.splitlines(keepends=True)
    about_forks = ("use of fork() may lead to deadlocks", "pid = os.fork()")
    return "".join(line for line in lines if not any(text in line for text in about_forks))


@pytest.mark.parametrize(
    "name",
    ["one_service", "forks", "idle_child", "fork_while_making", "fork_while_submitting"],
)
def test_each_process_has_one_service_of_its_own(name: str, url: str) -> None:
    run(name, url)


def test_a_child_leaves_the_events_of_its_parent_to_it_and_listens_anew(url: str) -> None:
    run("fork_while_listening", url)


def test_the_end_of_a_program_closes_the_backend(tmp_path: Path) -> None:
    assert run("closed_at_exit", f"sqlite:///{tmp_path}/jobs.db") == "closed\n"
    assert [file.name for file in tmp_path.iterdir()] == ["jobs.db"]  # and no write-ahead log


def test_a_lock_that_was_held_during_the_fork_does_not_hold_the_child_up() -> None:
    run("fork_while_opening", "memory://")


def test_an_interrupt_ends_a_wait_at_once(url: str) -> None:
    with subprocess.Popen(
        command("interrupted", url), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (-signal.SIGINT, "interrupted 1\n")
    assert stderr.endswith("KeyboardInterrupt\n")
