"""What the command line says of a store that may lose jobs."""

import json

import pytest

from tests.integration.cli.conftest import Cli, Here

STRICT = "JOBSYS_STRICT_DURABILITY"


def weaker(cli: Cli) -> str:
    return f"{cli.backend}?synchronous=NORMAL"


def test_a_sound_store_is_healthy_without_a_warning(here: Here) -> None:
    assert here("health").startswith("healthy: ")
    found = json.loads(here("health", "--json"))
    assert (found["status"], found["warnings"]) == ("ok", [])


def test_a_store_that_may_lose_jobs_because_its_url_says_so_is_healthy_and_that_is_told(
    cli: Cli, here: Here
) -> None:
    shown = here("--backend", weaker(cli), "health")
    assert shown.startswith("healthy: ")
    assert "info SQLITE_NORMAL: " in shown
    found = json.loads(here("--backend", weaker(cli), "health", "--json"))
    assert (found["healthy"], found["status"], found["reasons"]) == (True, "ok", [])
    [warning] = found["warnings"]
    assert (warning["code"], warning["severity"]) == ("SQLITE_NORMAL", "info")
    assert "loss of power" in warning["message"]


@pytest.mark.parametrize(
    "verb",
    [
        ["health"],
        ["worker", "app:container"],
        ["--app", "app:container", "submit", "greet", '{"name": "Ada"}'],
    ],
)
def test_a_strict_start_refuses_such_a_store_in_one_line(
    cli: Cli, here: Here, monkeypatch: pytest.MonkeyPatch, verb: list[str]
) -> None:
    monkeypatch.setenv(STRICT, "true")
    errors = here("--backend", weaker(cli), *verb, exit_code=3)
    assert "SQLITE_NORMAL" in errors
    assert errors.count("\n") == 1


def test_a_strict_start_refuses_such_a_store_for_programs_too(cli: Cli) -> None:
    cli.environment[STRICT] = "true"
    cli.backend = weaker(cli)
    process = cli.start("health", "--json")
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 3
    told = json.loads(printed)
    assert (told["healthy"], told["error"]["code"]) == (False, "CONFIGURATION")


def test_all_processes_of_a_strict_worker_end_with_its_code(cli: Cli) -> None:
    cli.environment[STRICT] = "true"
    cli.backend = weaker(cli)
    assert "SQLITE_NORMAL" in cli.run("worker", "app:container", "--processes", "2", exit_code=3)
