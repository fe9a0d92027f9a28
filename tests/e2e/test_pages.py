"""The pages hang together: each is in the navigation, links lead somewhere, commands exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import typer
import yaml
from typer.core import TyperGroup

import jobsys
from jobsys.adapters.cli.commands import cli
from jobsys.ports.store_checker import REPAIRS, FindingKind
from tests.support.documents import ROOT
from tests.support.metric_reference import PAGE as METRICS
from tests.support.metric_reference import with_table

DOCS: Final = ROOT / "docs"
PAGES: Final = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
LINK: Final = re.compile(r"\]\((?!https?://|#)([^)#]+)(?:#[^)]*)?\)")
SHELL: Final = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
OF_RUN: Final = {"config"}
"""Verbs that are added when the command line starts."""


def named(node: object) -> Iterator[str]:
    """Yields the pages that a navigation names."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for below in node.values():
            yield from named(below)
    elif isinstance(node, list):
        for below in node:
            yield from named(below)


def test_the_navigation_names_every_page_once() -> None:
    navigation = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    assert sorted(named(navigation)) == PAGES


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{page}" for page in PAGES)])
def test_every_link_of_a_page_leads_to_a_file(page: str) -> None:
    path = ROOT / page
    targets = LINK.findall(path.read_text())
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_no_link_of_a_page_leaves_the_documentation(page: str) -> None:
    path = DOCS / page
    targets = [(path.parent / target).resolve() for target in LINK.findall(path.read_text())]
    assert [target for target in targets if not target.is_relative_to(DOCS)] == []


def commands(page: Path) -> Iterator[list[str]]:
    """Yields what the page shows of our command line, as words."""
    text = page.read_text()
    lines = [line for block in SHELL.findall(text) for line in block.splitlines()]
    for line in [*lines, *re.findall(r"`(jobsys [^`…]+)`", text)]:
        if line.startswith("jobsys ") and "FILE" not in line:
            yield shlex.split(line, comments=True)[1:]


def strange_words(words: list[str]) -> Iterator[str]:
    """Yields verbs and options that there are not."""
    command = typer.main.get_command(cli)
    options = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    waiting = iter(words)
    for word in waiting:
        if word.startswith("--"):
            if word not in options:
                yield word
            elif isinstance(command, TyperGroup):
                next(waiting, None)
        elif isinstance(command, TyperGroup):
            if word in OF_RUN:
                return
            if word not in command.commands:
                yield word
                return
            command = command.commands[word]
            options |= {
                name for option in command.params for name in (*option.opts, *option.secondary_opts)
            }


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_shows_exists(page: str) -> None:
    shown = list(commands(DOCS / page))
    assert [words for words in shown if [*strange_words(words)]] == []


def test_a_command_that_is_not_there_is_found_out() -> None:
    wrong = ["surgeon", "worker app:c --fast", "schedule drop x", "--verbose list"]
    assert [line for line in wrong if not [*strange_words(line.split())]] == []


def test_the_table_of_metrics_is_as_the_families_are() -> None:
    text = METRICS.read_text(encoding="utf-8")
    assert with_table(text) == text, "run: python -m tests.support.metric_reference"


def test_the_operating_page_lists_every_kind_of_damage_with_its_repair() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| .+ \| (.+) \|$", (DOCS / "operating.md").read_text(), re.MULTILINE
    )
    told = {kind: repair for kind, repair in rows if kind in set(FindingKind)}
    assert list(told) == list(FindingKind)
    assert {kind: told[kind] for kind in REPAIRS} == REPAIRS
    assert all(told[kind].startswith("by hand") for kind in set(FindingKind) - set(REPAIRS))


def test_the_reference_has_every_public_name() -> None:
    shown = set(
        re.findall(r"^::: jobsys\.(\w+)$", (DOCS / "reference.md").read_text(), re.MULTILINE)
    )
    assert shown == set(jobsys.__all__)
