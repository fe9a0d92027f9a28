"""Looking on live: what is shown, how it ends, and what it costs."""

import json
import os
import pty
import select
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest

from tests.integration.cli.conftest import Cli, Here
from tests.support.redis_server import RedisServer

LEFT = b"\x1b[?1049l"
"""What gives a terminal back what it showed before."""


@dataclass
class Terminal:
    """A `jobsys top` at a terminal of its own, and our end of that."""

    process: "subprocess.Popen[bytes]"
    ours: int
    before: list[object]
    shown: bytes = b""

    def see(self, wanted: str, within: float = 30) -> None:
        """Reads on until this is shown."""
        self.shown, end = b"", monotonic() + within
        while wanted.encode() not in self.shown:
            assert monotonic() < end, self.shown.decode()
            if select.select([self.ours], [], [], 0.1)[0]:
                self.shown += os.read(self.ours, 65_536)

    def press(self, key: bytes) -> None:
        os.write(self.ours, key)

    def ended(self) -> int:
        """Returns the exit code, once the screen was left and the terminal is as it was."""
        self.see(LEFT.decode())
        code = self.process.wait(30)
        assert termios.tcgetattr(self.ours) == self.before
        assert b"Traceback" not in self.shown
        return code


@contextmanager
def at_a_terminal(cli: Cli, *options: str, columns: int = 100) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (30, columns))
    before = termios.tcgetattr(ours)
    process = subprocess.Popen(
        [sys.executable, "-m", "jobsys", "--backend", cli.backend, "top", *options],
        cwd=cli.folder,
        env={**cli.environment, "TERM": "xterm"},
        preexec_fn=lambda: os.login_tty(theirs),  # noqa: PLW1509 (no lock is asked for): Ctrl-C reaches it
    )
    yield Terminal(process, ours, before)
    process.kill()
    process.wait()
    os.close(theirs)
    os.close(ours)


@pytest.mark.parametrize("key", [b"q", b"\x03"])
def test_a_key_ends_it_and_the_terminal_is_as_it_was(cli: Cli, key: bytes) -> None:
    cli.submit("greet", '{"name": "Ada"}', "--queue", "mails")
    with at_a_terminal(cli) as terminal:
        terminal.see("mails")
        terminal.press(b"x")
        terminal.see("a second: 0 completed")
        terminal.press(key)
        assert terminal.ended() == 0


@pytest.mark.parametrize("columns", [40, 200])
def test_it_follows_what_happens_on_a_phone_and_on_a_wide_screen(cli: Cli, columns: int) -> None:
    cli.start("worker", "app:container")
    with at_a_terminal(cli, columns=columns) as terminal:
        terminal.see("ready")
        job_id = cli.submit("fail", '{"text": "out of paper"}')
        terminal.see("newest failures")
        terminal.see("ValueError: out of paper" if columns > 100 else job_id[:20])
        terminal.press(b"q")
        assert terminal.ended() == 0


def test_a_backend_that_is_away_is_told_and_waited_for(cli: Cli, redis_binary: Path) -> None:
    with RedisServer(redis_binary, appendonly=True) as server:
        cli.backend = server.url
        cli.submit("greet", '{"name": "Ada"}')
        with at_a_terminal(cli) as terminal:
            terminal.see("waiting 1")
            server.kill()
            terminal.see("the backend is away: Redis at unix://")
            terminal.see("waiting 1")  # what was seen last stays
            server.start()
            terminal.see("a second: 0 completed")
            terminal.press(b"q")
            assert terminal.ended() == 0


def test_without_a_terminal_it_is_shown_once(here: Here) -> None:
    here("--app", "app:container", "submit", "greet", '{"name": "Ada"}', "--queue", "mails")
    here("circuit", "open", "smtp")
    for options in ((), ("--once",)):
        shown = here("top", *options)
        assert "waiting 1  active 0" in shown
        assert "circuit smtp was opened by hand: jobsys circuit close smtp" in shown
        assert "\x1b" not in shown


def test_programs_are_told_the_same(here: Here) -> None:
    here("--app", "app:container", "submit", "greet", '{"name": "Ada"}')
    told = json.loads(here("top", "--once", "--json"))
    assert told["overview"]["counts"]["waiting"] == 1
    assert told["overview"]["rates"] == {"completed": 0.0, "failed": 0.0}
    assert (told["workers"], told["circuits"], told["failures"]) == ([], [], [])


def test_it_looks_no_more_often_than_once_a_second(here: Here) -> None:
    assert "once a second" in here("top", "--every", "500ms", exit_code=2)
    assert "is no duration" in here("top", "--every", "often", exit_code=2)
