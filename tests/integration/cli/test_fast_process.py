"""Which event loop the command line runs jobs on."""

import asyncio
import sys

import pytest

from jobsys.adapters.cli.fast_process import run


async def the_loops_library() -> str:
    return type(asyncio.get_running_loop()).__module__.partition(".")[0]


def test_jobs_run_on_uvloop_where_it_is_installed() -> None:
    assert run(the_loops_library(), on_uvloop=True) == "uvloop"


def test_jobs_run_on_pythons_own_loop_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert run(the_loops_library(), on_uvloop=True) == "asyncio"


def test_jobs_run_on_pythons_own_loop_where_that_is_wanted() -> None:
    assert run(the_loops_library(), on_uvloop=False) == "asyncio"
