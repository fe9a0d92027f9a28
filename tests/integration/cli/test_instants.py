"""An instant that people are shown says that it is UTC, whatever verb shows it."""

import re
import sqlite3
from contextlib import closing

from tests.integration.cli.conftest import Here

INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(.?)")
APP = ("--app", "app:container")


def test_every_table_says_that_its_instants_are_utc(here: Here) -> None:
    here(*APP, "submit", "greet", '{"name": "Ada"}', "--key", "dead")
    here(*APP, "schedule", "add", "nightly", "greet", '{"name": "Ada"}', "--cron", "0 2 * * *")
    here("schedule", "run", "default:nightly")
    here("circuit", "open", "bank")
    with closing(sqlite3.connect("jobs.db")) as file, file:
        file.execute("UPDATE jobs SET status = 'failed', place = 'dead' WHERE key = 'dead'")
    for verb in (
        ["list"],
        ["schedule", "list"],
        ["circuit", "list"],
        ["dlq", "list"],
        ["dlq", "summary"],
    ):
        shown = INSTANT.findall(here(*verb))
        assert shown, verb
        assert set(shown) == {"Z"}, verb
