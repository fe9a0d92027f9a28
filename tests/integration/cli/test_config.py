"""`jobsys config`: what holds, and why."""

import pytest

from tests.integration.cli.conftest import Cli, Here


def settings_of(cli: Cli, *arguments: str) -> dict[str, tuple[object, str]]:
    told = cli.json(*arguments, "config")
    assert isinstance(told, list)
    return {each["name"]: (each["value"], each["from"]) for each in told}


def test_each_setting_is_shown_with_the_place_it_came_from(cli: Cli) -> None:
    (cli.folder / "jobs.toml").write_text("[worker]\nconcurrency = 3\n")
    told = settings_of(cli, "--config", "jobs.toml")
    assert told["worker.concurrency"] == (3, "jobs.toml: worker.concurrency")
    assert told["backend"] == (cli.backend, "--backend")
    assert told["config"] == ("jobs.toml", "--config")
    assert told["keep_last"] == (10_000, "default")


def test_the_settings_shown_are_those_of_the_container(cli: Cli) -> None:
    assert settings_of(cli, "--app", "app:container")["worker.grace"] == ("20s", "argument")


def test_people_see_a_table_without_passwords(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBSYS_BACKEND", "redis://:hunter2@127.0.0.1:1/0")
    shown = here("config")
    assert "redis://:***@127.0.0.1:1/0" in shown
    assert "JOBSYS_BACKEND" in shown
    assert "hunter2" not in shown


def test_a_broken_file_ends_the_program_with_one_line(cli: Cli, here: Here) -> None:
    (cli.folder / "broken.yaml").write_text("worker: [\n")
    errors = here("--config", "broken.yaml", "config", exit_code=3)
    assert "broken.yaml: line 2, column 1" in errors
    assert errors.count("\n") == 1
