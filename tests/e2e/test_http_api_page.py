"""What the page about the REST API shows is what a server answers, and what its table of routes says."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import cast

import httpx2
import pytest

from jobsys.adapters.http.route_table import ROUTES
from tests.support.documents import ROOT, python_files

PAGE = (ROOT / "docs" / "http-api.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^```sh\n(curl .*?)\n```\n```json\n(.*?)\n```", re.MULTILINE | re.DOTALL)
SHOWN = "http://127.0.0.1:8090"
ANYTHING = "…"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The server that the page has started, without a worker beside it."""
    for name, text in python_files("docs/http-api.md").items():
        (tmp_path / name).write_text(text)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jobsys",
            "--app",
            "service:container",
            "dashboard",
            f"--port={port}",
        ],
        cwd=tmp_path,
        env={**os.environ, "JOBSYS_BACKEND": "sqlite:///jobs.db"},
    )
    try:
        yield answering(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)


def answering(url: str) -> str:
    end = monotonic() + 30
    while monotonic() < end:
        try:
            httpx2.get(url)
            return url
        except httpx2.ConnectError:
            sleep(0.05)
    raise AssertionError("nothing answers")


def curl(command: str, url: str) -> httpx2.Response:
    """Asks what a command line of curl would."""
    parser = ArgumentParser()
    parser.add_argument("-X", default="GET")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("url")
    token = re.search(r'^TOKEN = "(.*)"$', PAGE, re.MULTILINE)
    assert token
    said = parser.parse_args(shlex.split(command.replace("$TOKEN", token[1]))[1:])
    headers = dict(header.split(": ", 1) for header in said.H)
    return httpx2.request(said.X, said.url.replace(SHOWN, url), headers=headers, content=said.d)


def alike(shown: object, answered: object) -> object:
    """The answer, with what the page leaves open left open."""
    match shown, answered:
        case dict(), dict():
            fields = cast("dict[str, object]", answered)
            return {name: alike(shown.get(name), value) for name, value in fields.items()}
        case list(), list() if len(shown) == len(answered):
            return [alike(one, other) for one, other in zip(shown, answered, strict=True)]
        case _:
            return ANYTHING if shown == ANYTHING else answered


def test_each_request_of_the_page_is_answered_as_it_shows(url: str) -> None:
    examples = EXAMPLE.findall(PAGE)
    assert len(examples) == PAGE.count("\ncurl ") == 10
    for command, shown in examples:
        answered = curl(command, url).json()
        expected = json.loads(shown)
        assert alike(expected, answered) == expected, command


def test_the_page_names_every_route_and_who_may_use_it() -> None:
    rows = re.findall(r"^\| ([A-Z]+) \| `(/(?:api|health)/.*?)` \| (\w+) \|$", PAGE, re.MULTILINE)
    expected = [(r.method, r.path, r.role.value if r.role else "anybody") for r in ROUTES]
    assert rows == expected
