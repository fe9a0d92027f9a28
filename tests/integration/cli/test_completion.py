"""What a shell offers at the tab key."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Cli

PRESSED = """
eval "$(jobsys --show-completion)"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
$(complete -p jobsys | sed 's/.*-F \\([^ ]*\\).*/\\1/') jobsys
printf '%s\\n' "${COMPREPLY[@]}"
"""


def offered(cli: Cli, *words: str) -> set[str]:
    """What bash offers at the end of a line."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{cli.environment['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", PRESSED, "bash", "jobsys", *words],
        cwd=cli.folder,
        env={**cli.environment, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return set(done.stdout.split())


def test_bash_offers_verbs_options_and_their_values(cli: Cli) -> None:
    assert offered(cli, "st") == {"stats"}
    assert offered(cli, "schedule", "re") == {"remove", "resume"}
    assert offered(cli, "list", "--st") == {"--status"}
    assert offered(cli, "list", "--status", "c") == {"cancelling", "completed", "cancelled"}


def test_bash_offers_the_queues_of_the_backend_and_the_types_of_the_container(cli: Cli) -> None:
    cli.submit("greet", '{"name": "Ada"}', "--queue", "mails")
    cli.submit("greet", '{"name": "Ada"}', "--queue", "maps")
    here = ("--backend", cli.backend)
    assert offered(cli, *here, "list", "--queue", "ma") == {"mails", "maps"}
    assert offered(cli, "--app", "app:container", "submit", "g") == {"greet"}
    cli.environment["JOBSYS_APP"] = "app:container"
    assert offered(cli, "schedule", "add", "nightly", "sl") == {"slow"}


@pytest.mark.parametrize("backend", ["redis://127.0.0.1:1", "nonsense", "sqlite:///none.db"])
def test_a_backend_that_cannot_tell_its_queues_offers_nothing_and_says_nothing(
    cli: Cli, backend: str
) -> None:
    assert offered(cli, "--backend", backend, "list", "--queue", "") == set()
    assert not (cli.folder / "none.db").exists()


def test_an_application_that_cannot_be_loaded_offers_nothing_and_says_nothing(cli: Cli) -> None:
    (cli.folder / "loud.py").write_text("print('loud')\nraise SystemExit('louder')\n")
    for app in ("app:broken", "nowhere:container", "loud:container"):
        assert offered(cli, "--app", app, "submit", "g") == set()


def test_verbs_are_offered_without_loading_the_container(cli: Cli) -> None:
    words = {"COMP_WORDS": "jobsys st", "COMP_CWORD": "1"}
    asked = {"_JOBSYS_COMPLETE": "complete_bash", "PYTHONPROFILEIMPORTTIME": "1"}
    cli.environment |= {**words, **asked}
    printed, imports = cli.start().communicate(timeout=60)
    assert printed.strip() == "stats"
    assert "jobsys.adapters.cli" in imports
    assert "dependency_injector" not in imports


@pytest.mark.parametrize(
    ("shell", "answer"),
    [
        ("zsh", '_arguments \'*: :(("retry":"Give a failed or cancelled job another life."))\''),
        ("fish", "retry\tGive a failed or cancelled job another life."),
    ],
)
def test_zsh_and_fish_are_answered_in_their_own_ways(cli: Cli, shell: str, answer: str) -> None:
    cli.environment["_JOBSYS_COMPLETE"] = f"source_{shell}"
    script, _ = cli.start().communicate(timeout=60)
    assert f"_JOBSYS_COMPLETE=complete_{shell}" in script
    words = {"_TYPER_COMPLETE_ARGS": "jobsys ret", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    cli.environment |= {**words, "_JOBSYS_COMPLETE": f"complete_{shell}"}
    printed, _ = cli.start().communicate(timeout=60)
    assert printed.strip() == answer
