"""`jobsys schedule`: the whole life of a schedule from a shell."""

import json

from tests.integration.cli.conftest import Cli, Here


def test_a_schedule_is_added_listed_paused_resumed_run_and_removed(cli: Cli) -> None:
    rule = ("--cron", "0 2 * * *", "--timezone", "Europe/Berlin")
    added = cli.json(
        "--app", "app:container", "schedule", "add", "nightly", "greet", '{"name": "Ada"}', *rule
    )
    assert added == {"schedule_id": "default:nightly", "outcome": "scheduled"}
    listed = cli.json("schedule", "list")
    assert isinstance(listed, dict)
    [schedule] = listed["schedules"]
    assert (schedule["schedule_id"], schedule["payload"]) == ("default:nightly", {"name": "Ada"})
    assert schedule["rule"] == {"cron": "0 2 * * *", "timezone": "Europe/Berlin"}
    cli.run("schedule", "pause", "default:nightly")
    assert "paused" in cli.run("schedule", "list", "--queue", "default")
    cli.run("schedule", "resume", "default:nightly")
    assert "paused" not in cli.run("schedule", "list")
    job_id = cli.run("schedule", "run", "default:nightly").strip()
    assert "queued" in cli.run("get", job_id)
    cli.run("schedule", "remove", "default:nightly")
    assert cli.json("schedule", "list") == {"schedules": []}


def test_a_worker_runs_the_jobs_of_a_schedule_that_another_shell_has_added(cli: Cli) -> None:
    worker = cli.start("worker", "app:container")
    cli.run("--app", "app:container", "schedule", "add", "begun", "slow", "{}", "--every", "1s")
    assert cli.begun().startswith("default:begun-")
    worker.terminate()
    assert worker.wait(30) == 0


def test_a_preview_shows_fire_times_in_utc_and_in_the_zone(here: Here) -> None:
    shown = here("schedule", "preview", "--cron", "30 1 1 1 *", "--timezone", "Asia/Tokyo")
    first, *rest = shown.splitlines()
    assert "12-31 16:30:00 UTC   " in first
    assert "01-01 01:30:00 JST" in first
    assert len(rest) == 4


def test_a_preview_takes_all_that_says_when_a_schedule_fires(here: Here) -> None:
    span = ("--start", "2040-01-01T00:00:00+00:00", "--end", "2040-01-03T12:00:00+00:00")
    daily = (
        "schedule",
        "preview",
        "--every",
        "1d",
        "--from",
        "2030-01-01T00:00:00+00:00",
        "--json",
    )
    times = json.loads(here(*daily, *span, "--jitter", "5m"))["times"]
    assert [time["at"][:10] for time in times] == ["2040-01-01", "2040-01-02", "2040-01-03"]
    assert len(json.loads(here(*daily, *span, "--max-runs", "2"))["times"]) == 2
    refused = here(*daily, "--jitter", "2d", exit_code=2)
    assert "jitter" in refused


def test_a_preview_tells_what_the_clocks_do(here: Here) -> None:
    rule = ("--cron", "30 2 * * *", "--timezone", "Europe/Berlin")
    since = ("--from", "2027-03-27T12:00:00+00:00", "--count", "1")
    assert here("schedule", "preview", *rule, *since) == (
        "Sun 2027-03-28 01:00:00 UTC   Sun 2027-03-28 03:00:00 CEST"
        "   gap: the clock goes from 02:00 to 03:00\n"
    )
    [skipped] = json.loads(here("schedule", "preview", *rule, *since, "--gap", "skip", "--json"))[
        "times"
    ]
    assert skipped == {
        "at": "2027-03-29T00:30:00+00:00",
        "local": "2027-03-29T02:30:00+02:00",
        "note": "gap: none on 2027-03-28",
    }


def test_a_schedule_is_added_with_all_that_it_can_say(cli: Cli) -> None:
    when = ("--cron", "0 30 2 * * 1#2", "--fold", "both", "--start", "2040-01-01T00:00:00+00:00")
    bounds = ("--end", "2041-01-01T00:00:00+00:00", "--max-runs", "3", "--jitter", "5m")
    policy = ("--misfire", "all", "--misfire-limit", "4", "--deadline", "1h", "--overlap", "skip")
    add = ("--app", "app:container", "schedule", "add", "nightly", "greet", '{"name": "Ada"}')
    cli.run(*add, *when, *bounds, *policy)
    listed = cli.json("schedule", "list")
    assert isinstance(listed, dict)
    [schedule] = listed["schedules"]
    assert schedule["next_at"] == "2040-01-09T02:30:00+00:00"
    assert schedule["rule"]["max_runs"] == 3
    assert (schedule["rule"]["fold"], schedule["rule"]["jitter"]) == ("both", "300s")
    assert schedule["policy"] == {
        "misfire": "all",
        "misfire_limit": 4,
        "deadline": "3600s",
        "overlap": "skip",
    }
    assert "misfire all (the last 4), deadline 3600s, overlap skip" in cli.run("schedule", "list")


def test_a_schedule_that_cannot_work_is_one_line_and_exit_code_2(cli: Cli) -> None:
    for rule in (
        ["--cron", "0 0 30 2 *"],
        ["--cron", "*/0 * * * *"],
        ["--cron", "* " * 20_000],
        ["--cron", "0 2 * * *", "--timezone", "Mars/Olympus"],
        ["--every", "5"],
        ["--at", "tomorrow"],
        ["--at", "2020-01-01T00:00:00"],
        [],
        ["--every", "1h", "--cron", "0 2 * * *"],
    ):
        told = cli.run("schedule", "preview", *rule, exit_code=2)
        assert told.startswith("jobsys: ")
        assert told.count("\n") == 1
        assert "Traceback" not in told
    unknown = cli.run("schedule", "pause", "default:none", exit_code=1)
    assert "there is no schedule default:none" in unknown
