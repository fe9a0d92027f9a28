"""The log of a worker: what it says, and that it is never in the way of a job."""

import json
import shlex
import subprocess
import sys

import pytest

from tests.integration.cli.conftest import Cli


def log_of(cli: Cli, settings: str) -> list[str]:
    """Runs a worker until it has done what is there, and returns the lines that it logged."""
    (cli.folder / "jobsys.yaml").write_text(settings)
    cli.submit("slow", '{"seconds": 0}', "--priority", "low")
    worker = cli.start("--config", "jobsys.yaml", "worker", "app:container")
    cli.begun()
    worker.terminate()
    _, errors = worker.communicate(timeout=30)
    assert worker.returncode == 0, errors
    return [line for line in errors.splitlines() if not line.startswith("jobsys: ")]


def test_a_worker_says_why_it_runs_what_it_begins_and_what_has_no_effect(cli: Cli) -> None:
    job_id = cli.submit("greet", '{"name": "Ada"}')
    log = log_of(cli, "queues: {default: {concurrency: 5}}\n")
    assert len([line for line in log if "a worker runs here" in line]) == 1
    assert any(
        "without effect yet: jobsys.yaml: queues.default.concurrency" in line for line in log
    )
    assert any(f"[INFO] Starting greet job (attempt 1/3): {job_id}" in line for line in log)
    assert any("[INFO] Completed greet job in" in line and job_id in line for line in log)


def test_in_production_a_worker_tells_of_what_fails_alone(cli: Cli) -> None:
    job_id = cli.submit("fail", '{"text": "password=hunter2"}')
    [line] = log_of(cli, "env: production\n")
    cause = f"{job_id}: ValueError: password=***"
    assert line.endswith(f"[ERROR] Fail job failed after 1 attempt: {cause}")


def test_a_log_in_json_has_one_object_a_line(cli: Cli) -> None:
    job_id = cli.submit("fail")
    log = [json.loads(line) for line in log_of(cli, "log: {format: json}\n")]
    [failed] = [line for line in log if line["level"] == "ERROR"]
    assert (failed["job_id"], failed["attempt"], failed["queue"]) == (job_id, 1, "default")
    assert failed["worker"]


@pytest.mark.parametrize("nowhere", ["2>/dev/full", "2>&-"])
def test_a_worker_whose_log_cannot_be_written_does_its_jobs_and_ends_well(
    cli: Cli, nowhere: str
) -> None:
    job_id = cli.submit("fail")
    cli.submit("slow", '{"seconds": 0}', "--priority", "low")
    command = [sys.executable, "-m", "jobsys", "--backend", cli.backend, "worker", "app:container"]
    shell = subprocess.Popen(["sh", "-c", f"exec {shlex.join(command)} {nowhere}"], cwd=cli.folder)
    cli.begun()
    shell.terminate()
    assert shell.wait(30) == 0
    assert "failed" in cli.run("get", job_id)
    assert "completed" in cli.run("list", "--type", "slow")
