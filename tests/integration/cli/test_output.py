"""Output that cannot be written: a full disk is told, a reader who has left is not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobsys.adapters.cli.output import show
from jobsys.adapters.cli.table import Table
from tests.integration.cli.conftest import Cli

HOSTILE = "red \x1b[31m \x9b2J \u202e\x07 \x1b]0;title\x07"


@pytest.mark.parametrize(
    "told", [HOSTILE, Table(("name",), [(HOSTILE,)], (HOSTILE,)), Table((), [("name", HOSTILE)])]
)
def test_whatever_is_shown_does_not_steer_the_terminal(
    capsys: pytest.CaptureFixture[str], told: Table | str
) -> None:
    show(told)
    shown = capsys.readouterr().out
    assert r"red \x1b[31m \x9b2J \x202e\x07 \x1b]0;title\x07" in shown
    assert shown.replace("\n", "").isprintable()


VERBS = pytest.mark.parametrize("arguments", [["list"], ["stats", "--json"], ["--help"]])
BOTH_WAYS = pytest.mark.parametrize("unbuffered", ["1", ""])


@VERBS
@BOTH_WAYS
def test_an_output_on_a_full_disk_is_one_line_of_an_error(
    cli: Cli, arguments: list[str], unbuffered: str
) -> None:
    cli.environment["PYTHONUNBUFFERED"] = unbuffered
    with Path("/dev/full").open("wb") as full:
        process = cli.start(*arguments, stdout=full.fileno())
        _, errors = process.communicate(timeout=60)
    assert errors == "jobsys: the output cannot be written: No space left on device\n"
    assert process.returncode == 1


@BOTH_WAYS
def test_a_file_that_takes_no_more_is_told_too(cli: Cli, unbuffered: str) -> None:
    cli.environment["PYTHONUNBUFFERED"] = unbuffered
    with (cli.folder / "output").open("wb") as output:
        done = subprocess.run(
            ["sh", "-c", 'ulimit -f 0; exec "$0" -m jobsys --help', sys.executable],
            stdout=output,
            stderr=subprocess.PIPE,
            env=cli.environment,
            text=True,
            check=False,
        )
    # What measures the tests writes files as well, and complains after us.
    assert done.stderr.splitlines()[0] == "jobsys: the output cannot be written: File too large"
    assert done.returncode == 1


@VERBS
@BOTH_WAYS
def test_an_output_that_nobody_reads_any_more_ends_in_silence(
    cli: Cli, arguments: list[str], unbuffered: str
) -> None:
    cli.environment["PYTHONUNBUFFERED"] = unbuffered
    reader, writer = os.pipe()
    os.close(reader)
    process = cli.start(*arguments, stdout=writer)
    os.close(writer)
    _, errors = process.communicate(timeout=60)
    assert (errors, process.returncode) == ("", 1)


def test_an_error_of_another_kind_is_not_taken_for_one_of_the_output(cli: Cli) -> None:
    """A hook of the application's that fails keeps its traceback."""
    application = (
        "@container.lifecycle().on_start\nasync def hook(): raise OSError('no database')\n"
    )
    with (cli.folder / "app.py").open("a") as app:
        app.write(application)
    _, errors = cli.start("worker", "app:container").communicate(timeout=60)
    assert errors.endswith("OSError: no database\n")
