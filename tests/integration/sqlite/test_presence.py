"""Workers are seen to die by what their host tells of their processes."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jobsys.adapters.sqlite import presence, process_mark
from jobsys.adapters.sqlite.presence import SqlitePresence, enter
from jobsys.adapters.sqlite.process_mark import ProcessMark, has_ended, mark_of
from jobsys.adapters.sqlite.store import SqliteStore
from tests.support.workshop import until

REFUSED = """
CREATE TRIGGER refused BEFORE INSERT ON workers BEGIN SELECT RAISE(ABORT, 'made up'); END
"""


@pytest.fixture
def child() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


def marked(pid: int) -> ProcessMark:
    mark = mark_of(pid)
    assert mark is not None
    return mark


async def test_a_killed_process_has_ended_before_its_parent_takes_note_and_after(
    child: "subprocess.Popen[bytes]",
) -> None:
    mark = marked(child.pid)
    assert not has_ended(mark)
    child.kill()
    await until(lambda: has_ended(mark))
    child.wait()
    assert has_ended(mark)


def test_a_later_process_of_the_same_number_is_another_one() -> None:
    mark = marked(os.getpid())
    assert has_ended(replace(mark, started=mark.started - 1))


async def test_a_process_that_the_host_hides_from_this_user_counts_as_alive(
    child: "subprocess.Popen[bytes]", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = marked(child.pid)
    monkeypatch.setattr(process_mark, "_PROC", tmp_path)
    assert not has_ended(mark)
    child.kill()
    child.wait()
    assert has_ended(mark)


async def test_the_worker_of_a_killed_process_is_gone(
    store: SqliteStore, child: "subprocess.Popen[bytes]"
) -> None:
    seen = SqlitePresence(store)
    await store.write(lambda t: enter(t, "w1", marked(child.pid)))
    assert await seen.gone() == []
    child.kill()
    child.wait()
    assert await seen.gone() == ["w1"]


async def test_a_worker_is_entered_as_soon_as_the_file_takes_it(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(presence, "AGAIN_AFTER", 0.01)
    await store.write(lambda t: t.execute(REFUSED).rowcount)

    async def entered() -> int:
        async with SqlitePresence(store).present("w1"):
            return await store.read(lambda s: len(s.execute("SELECT * FROM workers").fetchall()))

    async with asyncio.TaskGroup() as tasks:
        entering = tasks.create_task(entered())
        await until(lambda: "worker w1 cannot be seen to die" in caplog.text)
        await store.write(lambda t: t.execute("DROP TRIGGER refused").rowcount)
    assert entering.result() == 1
    assert caplog.text.count("worker w1 cannot be seen to die") == 1


async def test_nobody_judges_the_processes_of_another_host(store: SqliteStore) -> None:
    elsewhere = ProcessMark("another boot", 1, 1)
    await store.write(lambda t: enter(t, "w1", elsewhere))
    assert await SqlitePresence(store).gone() == []


async def test_who_enters_sweeps_out_former_boots_and_leaves_other_namespaces_alone(
    store: SqliteStore,
) -> None:
    here = marked(os.getpid())
    beside = replace(here, host=f"{here.boot} pid:[1]")
    await store.write(lambda t: enter(t, "former", ProcessMark("another-boot pid:[1]", 1, 1)))
    await store.write(lambda t: enter(t, "beside", beside))
    async with SqlitePresence(store).present("here"):
        found = await store.read(lambda s: s.execute("SELECT name FROM workers").fetchall())
    assert sorted(found) == [("beside",), ("here",)]


async def test_a_host_that_tells_nothing_leaves_it_to_the_leases(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.write(lambda t: enter(t, "w1", replace(marked(os.getpid()), started=1)))
    monkeypatch.setattr(presence, "this_host", lambda: None)
    monkeypatch.setattr(presence, "mark_of", lambda _: None)
    seen = SqlitePresence(store)
    async with seen.present("w2"):
        assert not await seen.gone()
