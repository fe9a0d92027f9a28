"""What goes wrong: one line, and an exit code that says what kind of thing it was."""

import pytest

from tests.integration.cli.conftest import Cli, Here
from tests.support.redis_fixtures import database_after

SUBMIT = ("--app", "app:container", "submit")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        (["get", "default:nobody"], 1, "JOB_NOT_FOUND"),
        (["cancel", "default:nobody"], 1, "JOB_NOT_FOUND"),
        (["retry", "default:nobody"], 1, "JOB_NOT_FOUND"),
        ([*SUBMIT, "gret", "{}"], 1, "known: greet"),
        (["submit", "greet", "{}"], 1, "UNKNOWN_JOB_TYPE"),
        (["get", "no id"], 2, "INVALID_NAME"),
        (["get", "nonsense"], 2, "an id is queue:key"),
        (["list", "--after", "nonsense"], 2, "after"),
        ([*SUBMIT, "greet", "{"], 2, "no JSON"),
        ([*SUBMIT, "greet", "[" * 100_000], 2, "no JSON"),
        ([*SUBMIT, "greet", "[]"], 2, "no JSON object"),
        ([*SUBMIT, "greet", '{"nmae": "Ada"}'], 2, "nmae"),
        ([*SUBMIT, "greet", '{"name": "Ada"}', "--delay", "5"], 2, "delay"),
        ([*SUBMIT, "greet", '{"name": "Ada"}', "--delay", "-5s"], 2, "delay"),
        ([*SUBMIT, "greet", '{"name": "Ada"}', "--priority", "urgent"], 2, "priority"),
        ([*SUBMIT, "greet", '{"name": "Ada"}', "--queue", "a b"], 2, "queue"),
        (["--app", "app", "stats"], 3, "module:container"),
        (["--app", ":container", "stats"], 3, "module:container"),
        (["--app", "app:", "stats"], 3, "module:container"),
        (["--app", ".app:container", "stats"], 3, "module:container"),
        (["--app", "nowhere:container", "stats"], 3, "cannot import 'nowhere'"),
        (["--app", "app:missing", "stats"], 3, "no 'missing'"),
        (["--app", "app:nothing", "stats"], 3, "no 'nothing'"),
        (["--app", "app:number", "stats"], 3, "no JobsysContainer"),
        (["--app", "app:greet", "stats"], 3, "app:greet"),
        (["--app", "app:broken", "stats"], 3, "no such thing"),
        (["--app", "app:Greet", "stats"], 3, "app:Greet"),
        (["worker", "app"], 3, "module:container"),
    ],
)
def test_what_goes_wrong_is_one_line_with_its_code(
    cli: Cli, here: Here, arguments: list[str], exit_code: int, told: str
) -> None:
    errors = here(*arguments, exit_code=exit_code)
    assert told in errors
    assert errors.startswith("jobsys: ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [["frobnicate"], ["get"], ["worker"], ["list", "--status", "odd"], ["list", "--limit", "0"]],
)
def test_wrong_usage_is_explained(here: Here, arguments: list[str]) -> None:
    assert "Usage:" in here(*arguments, exit_code=2)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import no_such_package", "no_such_package"),
        ("1 / 0", "ZeroDivisionError"),
        ("def f(:", "SyntaxError"),
        ("from jobsys import *\nSettings(nope=1)", "nope"),
    ],
)
def test_a_module_that_cannot_be_imported_says_why(
    cli: Cli, here: Here, source: str, told: str
) -> None:
    (cli.folder / "bad.py").write_text(source)
    assert told in here("worker", "bad:container", exit_code=3)


def test_a_worker_without_handlers_is_a_wrong_configuration(cli: Cli, here: Here) -> None:
    (cli.folder / "bare.py").write_text("from jobsys import *\nc = JobsysContainer()")
    assert "no handler" in here("worker", "bare:c", exit_code=3)


def test_wrong_settings_in_the_environment_are_a_wrong_configuration(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOBSYS_WORKER__CONCURRENCY", "many")
    errors = here("stats", exit_code=3)
    assert "worker.concurrency" in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("backend", "exit_code"),
    [
        ("redis://127.0.0.1:1", 69),
        ("redis://:secret@127.0.0.1:1", 69),
        ("sqlite:////proc/nowhere/jobs.db", 3),
        ("kafka://x", 3),
        ("redis://localhost/0?foo=bar", 3),
        ("rediss://localhost/0?ssl_cert_reqs=foo", 3),
        ("redis://localhost/bar", 3),
        ("nonsense", 3),
    ],
)
def test_a_backend_that_does_not_answer_is_told_from_one_that_cannot_be(
    cli: Cli, here: Here, backend: str, exit_code: int
) -> None:
    for verb in (["stats"], ["worker", "app:container"]):
        errors = here("--backend", backend, *verb, exit_code=exit_code)
        assert errors.count("\n") == 1
        assert "secret" not in errors


def test_a_parameter_of_a_url_that_nobody_knows_is_named(here: Here) -> None:
    errors = here("--backend", "redis://localhost/0?foo=bar", "stats", exit_code=3)
    assert "without 'foo'" in errors


def test_a_redis_without_the_database_of_the_url_is_a_wrong_configuration(
    here: Here, clean_redis_url: str
) -> None:
    url = database_after(clean_redis_url, 999_999)
    errors = here("--backend", url, "stats", exit_code=3)
    assert "no database of this index" in errors
    assert errors.count("\n") == 1


def test_a_waiting_job_is_not_retried_and_a_cancelled_one_is_cancelled_again(
    cli: Cli, here: Here
) -> None:
    job_id = here(*SUBMIT, "greet", '{"name": "Ada"}').strip()
    assert "ILLEGAL_TRANSITION" in here("retry", job_id, exit_code=1)
    here("cancel", job_id)
    assert "cancelled" in here("cancel", job_id)  # a cancel may be repeated


def test_the_help_names_every_verb(here: Here) -> None:
    help_text = here("--help")
    verbs = ("worker", "submit", "get", "list", "cancel", "retry", "stats", "fsck", "demo")
    assert all(verb in help_text for verb in verbs)


def test_a_process_of_its_own_ends_with_the_same_line_and_code(cli: Cli) -> None:
    errors = cli.run("--app", "nowhere:container", "stats", exit_code=3)
    assert errors.startswith("jobsys: cannot import 'nowhere'")
    assert errors.count("\n") == 1
