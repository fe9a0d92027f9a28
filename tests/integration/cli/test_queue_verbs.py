"""`jobsys queue` and `jobsys change`: queues are steered from a shell."""

import json
from typing import cast

import redis

from tests.integration.cli.conftest import Cli, Here


def test_a_queue_is_bounded_paused_resumed_and_listed(cli: Cli) -> None:
    cli.submit("greet", '{"name": "Ada"}')
    shown = cli.run("queue", "set", "default", "--max-jobs", "1", "--age-after", "30s")
    assert shown.strip() == "default at most 1, ages after 30s"
    refused = cli.run("--app", "app:container", "submit", "greet", '{"name": "Bob"}', exit_code=1)
    assert "'default' is full" in refused
    cli.run("queue", "pause", "default")
    cli.run("queue", "pause", "default", "--type", "slow")
    listed = cli.json("queue", "list")
    assert isinstance(listed, dict)
    one = listed["queues"]["default"]
    assert (one["policy"]["paused"], one["policy"]["paused_types"]) == (True, ["slow"])
    assert one["now"]["queued"] == 1
    cli.run("queue", "resume", "default")
    cli.run("queue", "resume", "default", "--type", "slow")
    assert "paused" not in cli.run("queue", "list")


def test_a_queue_is_drained_once_a_worker_has_ended_its_jobs(cli: Cli) -> None:
    cli.submit("greet", '{"name": "Ada"}')
    early = cli.run("queue", "drain", "default", "--wait", "100ms", exit_code=1)
    assert "Traceback" not in early
    worker = cli.start("worker", "app:container")
    assert "closed and empty" in cli.run("queue", "drain", "default", "--wait", "30s")
    refused = cli.run("--app", "app:container", "submit", "greet", '{"name": "Bob"}', exit_code=1)
    assert "closed" in refused
    cli.run("queue", "set", "default", "--open")
    cli.submit("greet", '{"name": "Bob"}')
    worker.terminate()
    assert worker.wait(30) == 0


def test_a_purge_asks_first_and_a_dry_run_removes_nothing(cli: Cli) -> None:
    for _ in range(2):
        cli.submit("greet", '{"name": "Ada"}')
    kept = cli.submit("slow")
    assert "--yes" in cli.run("queue", "purge", "default", exit_code=2)
    said = cli.run("queue", "purge", "default", "--type", "greet", "--dry-run")
    assert said.strip() == "default 2 jobs would be removed"
    assert cli.json("queue", "purge", "default", "--type", "greet", "--yes") == {
        "queue": "default",
        "outcome": "removed",
        "jobs": 2,
    }
    listed = cli.json("list")
    assert isinstance(listed, dict)
    assert [job["job_id"] for job in listed["jobs"]] == [kept]


def test_a_queue_of_only_a_policy_is_listed_and_acting_on_it_notes_that_no_job_was_ever_there(
    cli: Cli,
) -> None:
    for verb in (["drain"], ["pause"], ["resume"], ["set"], ["purge", "--yes"]):
        process = cli.start("queue", verb[0], "typo", *verb[1:], "--json")
        printed, noted = process.communicate(timeout=60)
        assert (process.returncode, json.loads(printed)["queue"]) == (0, "typo")
        assert noted == "note: no job has ever been in queue 'typo'\n"
    listed = cli.json("queue", "list")
    assert isinstance(listed, dict)
    assert listed["queues"]["typo"]["policy"]["closed"]
    cli.submit("greet", '{"name": "Ada"}')
    process = cli.start("queue", "pause", "default")
    assert process.communicate(timeout=60) == ("default paused\n", "")


def test_outcomes_are_stable_words_for_programs_and_the_rest_stands_beside_them(here: Here) -> None:
    def told(*arguments: str, exit_code: int = 0) -> dict[str, object]:
        return cast(
            "dict[str, object]",
            json.loads(here("queue", *arguments, "--json", exit_code=exit_code)),
        )

    queue = {"queue": "mails"}
    paused = told("pause", "mails", "--type", "greet")
    assert paused == {**queue, "outcome": "paused", "job_type": "greet"}
    still = {"job_type": None, "held_back": ["greet"]}
    assert told("resume", "mails") == {**queue, "outcome": "resumed", **still}
    assert told("set", "mails")["outcome"] == "shown"
    policy = told("set", "mails", "--max-jobs", "7")
    assert isinstance(policy["policy"], dict)
    assert (policy["outcome"], policy["policy"]["max_jobs"]) == ("set", 7)
    assert told("drain", "mails") == {**queue, "outcome": "drained"}
    assert told("purge", "mails", "--dry-run") == {**queue, "outcome": "counted", "jobs": 0}
    assert here("queue", "pause", "mails", "--type", "greet") == "mails paused for greet\n"
    assert here("queue", "set", "mails", "--open") == "mails at most 7, holds back greet\n"


def test_what_stays_held_back_after_a_resume_is_noted(cli: Cli) -> None:
    cli.run("queue", "pause", "default", "--type", "greet")
    cli.run("queue", "pause", "default", "--type", "hello")
    process = cli.start("queue", "resume", "default", "--type", "greet")
    printed, noted = process.communicate(timeout=60)
    assert printed == "default resumed for greet\n"
    assert "types that are still held back: hello" in noted


def test_what_was_done_to_a_queue_is_told_although_another_is_damaged(redis_cli: Cli) -> None:
    with redis.Redis.from_url(redis_cli.backend) as client:
        client.set("jobs:counts:other", "x")
        client.sadd("jobs:queues", "other")
    assert redis_cli.run("queue", "pause", "mails") == "mails paused\n"


def test_a_waiting_job_is_changed(cli: Cli) -> None:
    job_id = cli.submit("greet", '{"name": "Ada"}')
    cli.run("change", job_id, "--priority", "high", "--delay", "1h")
    changed = cli.json("get", job_id)
    assert isinstance(changed, dict)
    assert (changed["priority"], changed["status"]) == ("high", "scheduled")
    assert "nothing is to be changed" in cli.run("change", job_id, exit_code=2)
