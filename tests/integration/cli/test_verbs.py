"""Every verb: what it prints for people and for programs."""

import sys
from urllib.request import urlopen

import pytest

from tests.integration.cli.conftest import Cli, Here
from tests.support.processes import free_port


@pytest.fixture(params=["cli", "redis_cli"])
def either(request: pytest.FixtureRequest) -> Cli:
    cli: Cli = request.getfixturevalue(request.param)
    return cli


def test_a_job_submitted_in_one_shell_is_run_by_a_worker_in_another(either: Cli) -> None:
    job_id = either.submit("greet", '{"name": "Ada"}', "--key", "hello")
    assert job_id == "default:hello"
    assert "queued" in either.run("get", job_id)
    worker = either.start("worker", "app:container")
    slow = either.submit("slow")
    assert either.begun() == slow
    shown = either.run("get", job_id)
    assert "completed" in shown
    assert "Hello Ada" in shown
    assert either.run("cancel", slow) == f"{slow} requested\n"
    worker.terminate()
    assert worker.wait(30) == 0


def test_what_is_printed_for_people_is_printed_for_programs_too(cli: Cli) -> None:
    submitted = cli.json("--app", "app:container", "submit", "greet", '{"name": "Ada"}')
    assert isinstance(submitted, dict)
    job_id: str = submitted["job_id"]
    job = cli.json("get", job_id)
    assert isinstance(job, dict)
    assert (job["status"], job["payload"]) == ("queued", {"name": "Ada"})
    assert cli.json("list", "--status", "queued") == {"jobs": [job], "next": None}
    assert cli.json("cancel", job_id) == {"job_id": job_id, "outcome": "cancelled"}
    assert cli.json("retry", job_id) == {"job_id": job_id, "outcome": "queued"}
    stats = cli.json("stats")
    assert isinstance(stats, dict)
    assert (stats["default"]["now"]["queued"], stats["default"]["ever"]["cancelled"]) == (1, 1)


def test_lists_and_counts_are_tables_for_people(here: Here) -> None:
    submit = ("--app", "app:container", "submit", "greet", '{"name": "Ada"}')
    options = ("--queue", "mails", "--priority", "high", "--delay", "1h")
    ids = [here(*submit, *options).strip() for _ in range(2)]
    page = here("list", "--limit", "1", "--queue", "mails", "--type", "greet")
    assert ids[0] in page
    assert ids[1] not in page
    assert "scheduled" in page
    after = page.split("--after ")[1].split()[0]
    assert ids[1] in here("list", "--after", after)
    stats = here("stats")
    assert "mails" in stats
    assert "scheduled" in stats
    assert here("cancel", ids[0]) == f"{ids[0]} cancelled\n"
    assert here("retry", ids[0]) == f"{ids[0]} queued\n"


def test_jobs_are_listed_by_text_and_by_time(here: Here) -> None:
    submit = ("--app", "app:container", "submit", "greet")
    ada, bob = (here(*submit, f'{{"name": "{name}"}}').strip() for name in ("Ada", "Bob"))
    found = here("list", "--text", "Ada")
    assert ada in found
    assert bob not in found
    assert ada in here("list", "--since", "2020-01-31T02:00:00+01:00")
    assert ada not in here("list", "--until", "2020-01-31T02:00:00+01:00")
    assert "has no time zone" in here("list", "--since", "2020-01-31", exit_code=2)


def test_jobs_of_a_type_are_listed_under_each_of_its_names(cli: Cli, here: Here) -> None:
    job_id = here("--app", "app:container", "submit", "greet", '{"name": "Ada"}').strip()
    with (cli.folder / "app.py").open("a") as app:
        app.write("class Salute(BaseJob):\n    aliases = ('greet',)\n")
        app.write("renamed = JobsysContainer()\nrenamed.job_factory().register(Salute)\n")
    sys.modules.pop("app")
    assert job_id in here("--app", "app:renamed", "list", "--type", "salute")
    assert job_id not in here("list", "--type", "salute")


@pytest.mark.parametrize("group", ["queue", "schedule", "circuit"])
def test_groups_are_taken_in_the_plural_too(here: Here, group: str) -> None:
    assert here(f"{group}s", "list", "--json") == here(group, "list", "--json")
    assert f"│ {group}s " not in here("--help")


def test_control_characters_in_a_job_do_not_reach_the_terminal(cli: Cli) -> None:
    evil = r'{"text": "\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e\nnext line"}'
    job_id = cli.submit("fail", evil)
    worker = cli.start("worker", "app:container")
    slow = cli.submit("slow", '{"seconds": 0}', "--priority", "low")
    cli.begun()
    shown = cli.run("get", job_id) + cli.run("list") + cli.run("get", slow)
    worker.terminate()
    _, errors = worker.communicate(timeout=30)
    for text in (shown, errors):
        assert "owned" in text or text is not shown
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)
    assert cli.json("get", job_id)


def test_a_worker_serves_metrics_on_the_port_that_it_is_told(cli: Cli) -> None:
    port = free_port()
    cli.submit("slow", '{"seconds": 60}')
    cli.start("worker", "app:container", "--metrics-port", str(port))
    cli.begun()
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines: list[bytes] = answer.read().splitlines()
    assert [line for line in lines if line.startswith(b"jobsys_jobs_wait_seconds_count")]
