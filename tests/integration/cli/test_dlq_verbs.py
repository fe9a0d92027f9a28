"""`jobsys dlq`: dead letters looked at, edited, replayed and removed from a shell."""

import json
from typing import cast

import pytest

from jobsys import BaseJob, JobsysContainer, Settings
from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.status import Reason
from jobsys.testing.jobs import LEASE_FOR
from jobsys.testing.lane import Lane
from jobsys.testing.virtual_clock import START
from tests.integration.cli.conftest import Cli, Here, at_a_terminal

Json = dict[str, object]


class Fail(BaseJob):
    text: str


@pytest.fixture
async def dead(cli: Cli) -> list[str]:
    """Dead letters on a SQLite file: three of one cause, and one of another queue."""
    container = JobsysContainer(Settings(backend=cli.backend, worker={"enabled": False}))
    async with container.lifecycle():
        jobs, lane = container.job_service(), Lane(container.job_queue(), LEASE_FOR)
        ids = list[str]()
        for queue, text in [("default", f"no luck {n}") for n in range(3)] + [("mails", "gone")]:
            ids.append(await jobs.submit(Fail(text=text), queue=queue))
            error = AttemptError(attempt=1, at=START, code="X", type="ValueError", message=text)
            lease = await lane.claim_one(queue)
            await lane.settle(lease.failed(error, None, Reason.EXHAUSTED))
    return ids


def listed(here: Here, *options: str) -> list[Json]:
    return [*told(here, "dlq", "list", *options)["dead_letters"]]


def told(here: Here, *arguments: str) -> dict[str, list[Json]]:
    return cast("dict[str, list[Json]]", json.loads(here(*arguments, "--json")))


def test_dead_letters_are_listed_counted_shown_edited_replayed_and_removed(
    here: Here, dead: list[str]
) -> None:
    first, second, third, mail = dead
    assert {one["job_id"] for one in listed(here)} == {*dead}
    assert [one["job_id"] for one in listed(here, "--queue", "mails")] == [mail]
    assert [one["job_id"] for one in listed(here, "--text", "luck 1")] == [second]
    assert listed(here, "--error", "KeyError") == []
    table = here("dlq", "list", "--error", "ValueError", "--reason", "exhausted")
    assert "ValueError: no luck 2" in table

    summary = told(here, "dlq", "summary")
    assert [(g["queue"], g["error"], g["count"]) for g in summary["groups"]] == [
        ("default", "ValueError", 3),
        ("mails", "ValueError", 1),
    ]
    assert "default" in here("dlq", "summary")

    shown = cast("Json", told(here, "dlq", "show", first))
    revision = str(shown["revision"])
    app = ("--app", "app:container")
    edit = ("dlq", "edit", first, '{"text": "better luck"}')
    here(*app, *edit, "--revision", revision)
    assert "PAYLOAD_CHANGED" in here(*app, *edit, "--revision", revision, exit_code=1)
    edited = cast("Json", told(here, "dlq", "show", first))
    assert edited["payload"] == {"text": "better luck"}
    errors = cast("list[Json]", edited["errors"])
    assert errors[-1]["message"] == '{"text":"no luck 0"}'

    assert "3 would be replayed" in here("dlq", "replay", "--queue", "default", "--dry-run")
    assert "2 of 2 replayed" in here("dlq", "replay", first, second)
    assert "queued" in here("get", first)
    assert "1 of 1 replayed" in here("dlq", "replay", "--text", "luck 2")
    assert "queued" in here("get", third)

    assert "1 would be removed" in here("dlq", "purge", "--all", "--dry-run")
    assert "nobody is here to be asked" in here("dlq", "purge", "--all", exit_code=2)
    removed = cast("Json", told(here, "dlq", "purge", "--all", "--yes"))
    assert (removed["removed"], removed["outcomes"]) == (1, {mail: "removed"})
    assert listed(here) == []


def test_a_replayed_job_runs_with_the_edited_payload(cli: Cli, here: Here) -> None:
    job_id = cli.submit("fail")
    worker = cli.start("worker", "app:container")
    cli.run("get", job_id, "--wait", "30s")
    here("--app", "app:container", "dlq", "edit", job_id, '{"text": "edited"}', "--yes")
    here("dlq", "replay", job_id)
    assert "ValueError: edited" in cli.run("get", job_id, "--wait", "30s")
    worker.terminate()
    assert worker.wait(30) == 0


def test_what_cannot_be_done_is_one_line_that_says_why(here: Here, dead: list[str]) -> None:
    app = ("--app", "app:container")
    for arguments, exit_code, why in (
        (("dlq", "replay"), 2, "by ids, a filter, or --all"),
        (("dlq", "replay", dead[0], "--queue", "mails"), 2, "in one way"),
        (("dlq", "replay", dead[0], "--dry-run"), 2, "leave it or the ids out"),
        (("dlq", "replay", "nonsense"), 2, "is no id"),
        (("dlq", "purge"), 2, "by a filter, or --all"),
        (("dlq", "list", "--since", "yesterday"), 2, "--since 'yesterday' is no instant"),
        (("dlq", "list", "--since", "2030-01-01T00:00:00"), 2, "has no time zone"),
        (("dlq", "list", "--queue", "no queue"), 2, "is not a name"),
        (("dlq", "list", "--after", "nowhere"), 2, "not where a page ended"),
        (("dlq", "show", "default:nobody"), 1, "there is no job"),
        ((*app, "dlq", "edit", dead[0], "{}"), 2, "nobody is here to be asked"),
        ((*app, "dlq", "edit", dead[0], '{"txet": ""}', "--yes"), 2, "txet"),
        (("dlq", "edit", dead[0], "{}", "--yes"), 1, "not registered"),
    ):
        said = here(*arguments, exit_code=exit_code)
        assert said.startswith("jobsys: "), arguments
        assert why in said, arguments
        assert said.count("\n") == 1, arguments


def test_ids_that_are_no_dead_letters_are_named_and_the_others_are_replayed(
    cli: Cli, here: Here, dead: list[str]
) -> None:
    waiting = cli.submit("greet", '{"name": "Ada"}')
    refused = here("dlq", "replay", dead[0], waiting, "default:nobody", exit_code=1)
    assert f"{waiting} is not replayed: it has neither failed" in refused
    assert "default:nobody is not replayed: there is no such job" in refused
    assert "queued" in here("get", dead[0])


def test_a_terminal_is_asked_before_anything_is_removed(
    cli: Cli, here: Here, dead: list[str]
) -> None:
    code, shown = at_a_terminal(cli, "dlq", "purge", "--queue", "default", answer=b"n\n")
    assert (code, len(listed(here))) == (1, 4)
    assert "Remove 3 dead letters for good?" in shown
    code, shown = at_a_terminal(cli, "dlq", "purge", "--queue", "default", answer=b"y\n")
    assert (code, [one["job_id"] for one in listed(here)]) == (0, dead[3:])


def test_a_terminal_sees_how_far_long_work_has_come(cli: Cli, dead: list[str]) -> None:
    code, shown = at_a_terminal(cli, "dlq", "replay", "--all")
    assert code == 0
    assert "replaying" in shown
    assert "4/4" in shown


def test_a_terminal_sees_what_an_edit_replaces(cli: Cli, here: Here, dead: list[str]) -> None:
    edit = ("--app", "app:container", "dlq", "edit", dead[0], '{"text": "new"}')
    code, shown = at_a_terminal(cli, *edit, answer=b"n\n")
    assert code == 1
    assert 'Replace {"text":"no luck 0"}?' in shown
    assert cast("Json", told(here, "dlq", "show", dead[0]))["payload"] == {"text": "no luck 0"}
