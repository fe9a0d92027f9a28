"""`jobsys fsck`: what it prints, what it changes, and its exit code."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.integration.cli.conftest import Cli, Here, at_a_terminal

SUBMIT = ("--app", "app:container", "submit", "greet", '{"name": "Ada"}')


def damage(cli: Cli, sql: str) -> None:
    with closing(sqlite3.connect(cli.folder / "jobs.db")) as file, file:
        file.execute(sql)


@pytest.fixture
def damaged(cli: Cli, here: Here) -> str:
    """The id of a job whose status is not of its place."""
    job_id = here(*SUBMIT).strip()
    damage(cli, "UPDATE jobs SET place = 'leased'")
    return job_id


def test_a_clean_store_is_said_to_be_clean(here: Here) -> None:
    here(*SUBMIT)
    assert here("fsck") == "clean\n"
    assert here("fsck", "--repair") == "clean\n"
    assert json.loads(here("fsck", "--json")) == {"clean": True, "findings": [], "left_out": []}


def test_damage_is_shown_and_left_without_repair_and_mended_with_it(cli: Cli, damaged: str) -> None:
    for _ in range(2):
        process = cli.start("fsck")
        shown, _ = process.communicate(timeout=60)
        assert process.returncode == 1
        assert all(word in shown for word in (damaged, "wrong_place", "queued, but in leased"))
        assert "1 found, nothing changed" in shown
    assert "1 found, none remains" in cli.run("fsck", "--repair")
    assert cli.run("fsck") == "clean\n"


def test_programs_are_told_the_same(cli: Cli, damaged: str) -> None:
    process = cli.start("fsck", "--json")
    shown, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    finding = {
        "subject": damaged,
        "kind": "wrong_place",
        "queue": "default",
        "told": "queued, but in leased",
        "repair": "moved to where its state says, at the head; a lease ends in 10 s",
        "outcome": "found",
    }
    assert json.loads(shown) == {"clean": False, "findings": [finding], "left_out": []}
    repaired = {"clean": True, "findings": [finding | {"outcome": "repaired"}], "left_out": []}
    assert cli.json("fsck", "--repair") == repaired


def test_what_a_person_must_decide_keeps_the_exit_code_at_1(cli: Cli, here: Here) -> None:
    here(*SUBMIT)
    damage(cli, "CREATE TABLE mine (id INTEGER)")
    process = cli.start("fsck", "--repair")
    shown, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "mine" in shown
    assert "by hand" in shown


def test_only_the_queues_that_are_named_are_looked_at(here: Here, damaged: str) -> None:
    assert here("fsck", "--queue", "mails") == "clean\n"
    assert "none remains" in here("fsck", "--queue", "mails", "--queue", "default", "--repair")
    assert here("fsck") == "clean\n"
    assert here("get", damaged)


def test_a_queue_that_cannot_be_is_refused(here: Here) -> None:
    assert "is not a name" in here("fsck", "--queue", "a b", exit_code=2)


def test_a_backend_that_does_not_answer_is_told_as_by_the_other_verbs(here: Here) -> None:
    assert "SRV_6003" in here("--backend", "redis://127.0.0.1:1", "fsck", exit_code=69)


def test_redis_is_checked_by_the_same_verb(redis_cli: Cli) -> None:
    redis_cli.submit("greet", '{"name": "Ada"}')
    assert redis_cli.run("fsck", "--repair") == "clean\n"


def test_whoever_looks_on_at_a_terminal_sees_how_far_it_has_come(cli: Cli, here: Here) -> None:
    here(*SUBMIT)
    code, seen = at_a_terminal(cli, "fsck")
    assert code == 0
    assert "counts of default" in seen or "everything else" in seen
