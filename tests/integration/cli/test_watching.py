"""Looking on: whether the backend answers, how many jobs wait, and how one of them ends."""

import json
import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Cli, Here

SUBMIT = ("--app", "app:container", "submit")


@pytest.mark.parametrize("redis", [False, True])
def test_a_backend_that_answers_is_healthy_and_tells_what_lies_in_it(
    request: pytest.FixtureRequest, redis: bool
) -> None:
    cli: Cli = request.getfixturevalue("redis_cli" if redis else "cli")
    cli.submit("greet", '{"name": "Ada"}')
    cli.submit("greet", '{"name": "Bob"}', "--delay", "1h", "--queue", "mails")
    every_hour = ("greet", '{"name": "Ada"}', "--every", "1h")
    cli.run("--app", "app:container", "schedule", "add", "hourly", *every_hour)
    found = cli.json("health")
    assert isinstance(found, dict)
    assert found.pop("answered_in_ms") > 0
    places = {"waiting": 1, "delayed": 1, "leased": 0, "dead_letters": 0}
    assert found.pop("queues") == {
        "default": {**places, "delayed": 0},
        "mails": {**places, "waiting": 0},
    }
    assert [one["code"] for one in found.pop("warnings")] == (["REDIS_NO_AOF"] if redis else [])
    reasons = [(one["about"], one["code"]) for one in found.pop("reasons")]
    unserved = [("queues", "no_worker")] * 2
    assert reasons == ([("store", "weak_store")] if redis else []) + unserved
    assert found.pop("timestamp")
    rest = {"schedules": 1, "circuits": [], **places}
    assert found == {"healthy": True, "status": "degraded", **rest}
    shown = cli.run("health")
    assert shown.startswith("healthy, but degraded: ")
    assert "MODULE:CONTAINER" in shown
    assert " worker --queue default\n" in shown
    assert "dead letters" in shown
    assert shown.endswith("schedules: 1\n")


def test_dead_letters_and_leased_jobs_are_counted(cli: Cli) -> None:
    cli.submit("fail")
    cli.submit("slow", "{}", "--priority", "low")
    worker = cli.start("worker", "app:container", "--concurrency", "1")
    cli.begun()
    found = cli.json("health")
    worker.kill()
    assert isinstance(found, dict)
    assert (found["leased"], found["dead_letters"], found["waiting"]) == (1, 1, 0)


def test_a_backend_that_does_not_answer_is_unhealthy_for_programs_too(cli: Cli) -> None:
    cli.backend = "redis://:secret@127.0.0.1:1"
    process = cli.start("health", "--json")
    printed, errors = process.communicate(timeout=60)
    assert process.returncode == 69
    told = json.loads(printed)
    assert told["healthy"] is False
    assert "not available" in told["error"]["message"]
    assert errors.count("\n") == 1
    assert "secret" not in printed + errors


def test_stats_tell_how_many_jobs_wait_at_each_level(here: Here) -> None:
    for level in ("high", "high", "low"):
        here(*SUBMIT, "greet", '{"name": "Ada"}', "--priority", level)
    assert "high 2, low 1" in here("stats")
    stats = json.loads(here("stats", "--json"))
    assert stats["default"]["waiting"] == {"critical": 0, "high": 2, "normal": 0, "low": 1}


def test_a_job_is_shown_once_it_has_ended(cli: Cli) -> None:
    job_id = cli.submit("greet", '{"name": "Ada"}')
    waiting = cli.start("get", job_id, "--wait", "60s", "--json")
    cli.start("worker", "app:container")
    printed, errors = waiting.communicate(timeout=60)
    assert waiting.returncode == 0
    assert json.loads(printed)["result"] == "Hello Ada"
    assert errors == ""


def test_a_job_that_does_not_end_in_time_is_one_line(here: Here) -> None:
    job_id = here(*SUBMIT, "greet", '{"name": "Ada"}').strip()
    told = here("get", job_id, "--wait", "50ms", exit_code=1)
    assert told == f"jobsys: job {job_id} has not ended within 50ms; it goes on [NOT_ENDED]\n"
    assert "timeout" in here("get", job_id, "--wait", "long", exit_code=2)
    assert "JOB_NOT_FOUND" in here("get", "default:nobody", "--wait", "1s", exit_code=1)


def test_a_terminal_shows_where_the_job_stands_until_ctrl_c(cli: Cli) -> None:
    job_id = cli.submit("greet", '{"name": "Ada"}')
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "jobsys", "--backend", cli.backend, "get", job_id, "--wait", "60s"],
        cwd=cli.folder,
        env={**cli.environment, "TERM": "xterm", "COLUMNS": "100"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while f"{job_id} queued 0%".encode() not in shown:
        shown += os.read(ours, 1024)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 128 + signal.SIGINT
    shown += os.read(ours, 65_536)
    os.close(ours)
    assert b"Traceback" not in shown


def test_ctrl_c_ends_a_verb_that_waits_without_a_traceback(cli: Cli) -> None:
    job_id = cli.submit("greet", '{"name": "Ada"}')
    process = cli.start("get", job_id, "--wait", "60s")
    while cli.folder / "jobs.db" not in opened_by(process.pid):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGINT
    assert (printed.strip(), errors.strip()) == ("", "")


def opened_by(pid: int) -> set[Path]:
    """The files that a process has open."""
    found: set[Path] = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found.add(descriptor.readlink())
    return found


def test_every_verb_that_takes_arguments_shows_an_example(here: Here) -> None:
    verbs = ("worker", "submit", "get", "list", "cancel", "retry", "top", "tail", "doctor")
    schedule = [("schedule", verb) for verb in ("add", "remove", "pause", "resume", "run")]
    for verb in [*((verb,) for verb in verbs), *schedule]:
        assert "Example: jobsys" in here(*verb, "--help"), verb
