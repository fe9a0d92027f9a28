"""`jobsys init`: what it writes works as it stands."""

import configparser
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.integration.cli.conftest import Cli, Here


@pytest.fixture
def service(cli: Cli) -> Cli:
    """A shell in the folder of a new service."""
    cli.run("init", "new/service")
    cli.folder = cli.folder / "new" / "service"
    return cli


def test_the_tests_of_a_new_service_pass(service: Cli) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:randomly"],
        cwd=service.folder,
        env=service.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_the_worker_of_a_new_service_runs_the_job_of_its_first_command(service: Cli) -> None:
    app = "service.app:container"
    worker = service.start("worker", app)
    job_id = service.run("--app", app, "submit", "greet", '{"name": "Ada"}').strip()
    job = service.json("get", job_id, "--wait", "30s")
    assert isinstance(job, dict)
    assert (job["status"], job["result"]) == ("completed", "Hello, Ada!")
    worker.terminate()
    assert worker.wait(30) == 0


def test_what_runs_a_new_service_elsewhere_names_the_commands_that_exist(service: Cli) -> None:
    compose = yaml.safe_load((service.folder / "compose.yaml").read_text())
    assert set(compose["services"]) == {"redis", "worker"}
    assert compose["services"]["worker"]["healthcheck"]["test"] == ["CMD", "jobsys", "health"]
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.read(service.folder / "service-worker.service")
    assert unit["Service"]["ExecStart"].endswith("/jobsys worker service.app:container")
    assert '"worker", "service.app:container"]' in (service.folder / "Dockerfile").read_text()


def test_the_next_commands_are_printed_and_the_files_for_programs(here: Here) -> None:
    told = here("init", "a service")
    assert "\ncd 'a service'\n" in told
    assert "\njobsys worker service.app:container\n" in told
    files = json.loads(here("init", "--json"))["files"]
    assert all(Path(name).is_file() for name in files)
    assert not [name for name in files if name.endswith(".tmpl")]


@pytest.mark.parametrize("link", [False, True])
def test_nothing_is_written_where_one_file_is_in_the_way(here: Here, link: bool) -> None:
    mine = Path("mine/pyproject.toml")
    mine.parent.mkdir()
    if link:
        mine.symlink_to("nowhere")
    else:
        mine.write_text("mine")
    told = here("init", "mine", exit_code=1)
    assert told == (
        "jobsys: nothing was written, for these exist: mine/pyproject.toml [CANNOT_WRITE]\n"
    )
    assert list(mine.parent.iterdir()) == [mine]
    assert link or mine.read_text() == "mine"


def test_a_file_where_a_folder_is_needed_is_told_in_one_line(here: Here) -> None:
    Path("taken").write_text("")
    assert "cannot write taken/" in here("init", "taken", exit_code=1)
