"""`jobsys schema check`: what a new release cannot read of what is stored."""

import json
import sqlite3
from contextlib import closing

from tests.integration.cli.conftest import Cli

OLD = """
from jobsys import BaseJob, JobContext, JobsysContainer

class Resize(BaseJob):
    size: int

container = JobsysContainer()

@container.handles(Resize)
async def resize(job: Resize, context: JobContext) -> None: ...
"""
NEW = OLD.replace(
    "    size: int", "    version = {version}\n    size: int\n    unit: str\n    {upcasters}"
)
WITH_UNIT = 'upcasters = {1: lambda old: {**old, "unit": "px"}}'
REQUIRED = NEW.format(version=1, upcasters="")
UPCAST = NEW.format(version=2, upcasters=WITH_UNIT)
RENAMED = OLD.replace("Resize", "Shrink")


def deployed(cli: Cli, code: str) -> None:
    (cli.folder / "release.py").write_text(code)


def checked(cli: Cli, *options: str) -> tuple[int, str]:
    process = cli.start("--app", "release:container", "schema", "check", *options)
    shown, _ = process.communicate(timeout=60)
    return process.returncode, shown


def stored(cli: Cli) -> None:
    """Stores a queued, a delayed and a dead job, one that has ended, and a schedule."""
    deployed(cli, OLD)
    run = ("--app", "release:container")
    for options in ((), ("--delay", "1h"), ("--key", "dead"), ("--key", "ended")):
        cli.run(*run, "submit", "resize", '{"size": 7}', *options)
    cli.run(*run, "schedule", "add", "nightly", "resize", '{"size": 7}', "--cron", "0 2 * * *")
    with closing(sqlite3.connect(cli.folder / "jobs.db")) as file, file:
        file.execute("UPDATE jobs SET status = 'failed', place = 'dead' WHERE key = 'dead'")
        file.execute("UPDATE jobs SET status = 'completed', place = 'done' WHERE key = 'ended'")


def test_the_release_that_wrote_everything_can_read_it(cli: Cli) -> None:
    stored(cli)
    assert checked(cli) == (0, "4 read: all\n")
    assert json.loads(checked(cli, "--json")[1]) == {"clean": True, "checked": 4, "problems": []}


def test_an_added_required_field_is_named_with_how_many_lack_it_and_an_upcaster_mends_it(
    cli: Cli,
) -> None:
    stored(cli)
    deployed(cli, REQUIRED)
    code, shown = checked(cli)
    assert code == 1
    assert all(word in shown for word in ("resize", "invalid_payload", "unit: Field required"))
    assert "4 read, 4 cannot be" in shown
    code, told = checked(cli, "--json")
    [problem] = json.loads(told)["problems"]
    assert (code, problem["number"], problem["version"]) == (1, 4, 1)
    assert len(problem["examples"]) == 3
    deployed(cli, UPCAST)
    assert checked(cli)[0] == 0


def test_types_and_versions_that_the_release_lacks_are_told_apart(cli: Cli) -> None:
    stored(cli)
    deployed(cli, UPCAST)
    given = '{"size": 7, "unit": "px"}'
    cli.run("--app", "release:container", "submit", "resize", given, "--queue", "other")
    deployed(cli, OLD)
    [newer] = json.loads(checked(cli, "--json")[1])["problems"]
    assert (newer["reason"], newer["number"]) == ("newer_version", 1)
    assert newer["examples"][0].startswith("other:")
    deployed(cli, RENAMED)
    reasons = {one["reason"] for one in json.loads(checked(cli, "--json")[1])["problems"]}
    assert reasons == {"unknown_type"}
    assert json.loads(checked(cli, "--json", "--queue", "other")[1])["checked"] == 1


def test_bytes_that_are_no_job_are_told_of(cli: Cli) -> None:
    stored(cli)
    with closing(sqlite3.connect(cli.folder / "jobs.db")) as file, file:
        file.execute("UPDATE jobs SET envelope = x'00' WHERE key = 'dead'")
    [broken] = json.loads(checked(cli, "--json")[1])["problems"]
    assert (broken["reason"], broken["examples"]) == ("unreadable", ["default:dead"])


def test_a_queue_that_was_never_there_is_an_error_that_names_those_that_are(cli: Cli) -> None:
    stored(cli)
    cli.run("queue", "pause", "held")
    release = ("--app", "release:container")
    only = (
        "schedule",
        "add",
        "weekly",
        "resize",
        '{"size": 7}',
        "--every",
        "7d",
        "--queue",
        "sets",
    )
    cli.run(*release, *only)
    told = cli.run(*release, "schema", "check", "--queue", "typo", exit_code=2)
    assert told == (
        "jobsys: queue 'typo' is not there: it never had a job, and has no policy and no schedule;"
        " those that are: default, held, sets [VAL_2001]\n"
    )
    for there in ("default", "held", "sets"):
        assert checked(cli, "--queue", there)[0] == 0


def test_without_the_new_code_it_says_how_to_name_it(cli: Cli) -> None:
    process = cli.start("schema", "check")
    process.communicate(timeout=60)
    assert process.returncode == 2
