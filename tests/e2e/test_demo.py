"""The demo does what it says, as a command, with worker processes of its own."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from redis import Redis

import jobsys

LONGEST = 240.0
"""Seconds that a demo may take on a machine that is busy with other tests."""


def demo(
    *arguments: str | Path, tmp_path: Path, more: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jobsys", *arguments],
        env={**environment(tmp_path), **more},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )


def environment(tmp_path: Path) -> Mapping[str, str]:
    """The working folders of these demos are in a folder of their own."""
    temporary = tmp_path / "temporary"
    temporary.mkdir(exist_ok=True)
    return {**os.environ, "TMPDIR": str(temporary)}


def left_behind(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "temporary").iterdir())


@pytest.fixture
def awkward(tmp_path: Path) -> Path:
    folder = tmp_path / "awkward"
    (folder / "nested").mkdir(parents=True)
    names = ["empty", "with spaces", "new\nline", "größe 日本", "nested/[bold]x", "no picture.png"]
    for number, name in enumerate(names):
        (folder / name).write_text(str(number) * 5000 * number)
    os.close(os.open(os.fsencode(folder) + b"/caf\xe9", os.O_CREAT))
    (folder / "link").symlink_to("empty")
    (folder / "loop").symlink_to(".")
    return folder


def test_the_demo_succeeds_on_an_awkward_folder_and_leaves_nothing_behind(
    awkward: Path, tmp_path: Path
) -> None:
    before = sorted(awkward.rglob("*"))
    told = demo("demo", awkward, tmp_path=tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "6 of 6 equal" in told.stdout
    assert "1 refused" in told.stdout
    assert "left out: 2 symbolic links, 1 with names that are not UTF-8" in told.stdout
    assert "0 lost" in told.stdout
    assert "completed successfully" in told.stdout
    assert told.stderr == ""
    assert left_behind(tmp_path) == []
    assert sorted(awkward.rglob("*")) == before


def test_the_demo_of_an_installed_package_makes_its_own_files(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(Path(jobsys.__file__).parent, site / "jobsys")
    installed = {"PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    told = demo("demo", "--json", tmp_path=tmp_path, more=installed)
    assert told.returncode == 0, told.stdout + told.stderr
    assert json.loads(told.stdout)["totals"]["lost"] == 0
    assert left_behind(tmp_path) == []


def test_the_demo_succeeds_on_redis_and_tells_it_as_json(
    clean_redis_url: str, tmp_path: Path
) -> None:
    told = demo("--backend", clean_redis_url, "demo", "--json", tmp_path=tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr
    document = json.loads(told.stdout)
    assert document["successful"]
    assert document["totals"]["lost"] == 0
    assert [row["ok"] for row in document["scenarios"]] == [True] * 18
    assert left_behind(tmp_path) == []
    with Redis.from_url(clean_redis_url) as redis:
        assert redis.keys("*") == []


@pytest.mark.parametrize("name", ["missing", "a file", "empty", "only a link"])
def test_a_folder_without_files_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "a file").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "only a link").mkdir()
    (tmp_path / "only a link" / "link").symlink_to("nowhere")
    told = demo("demo", tmp_path / name, tmp_path=tmp_path)
    assert told.returncode == 2
    assert told.stdout == ""
    assert told.stderr.startswith("jobsys demo: ")
    assert told.stderr.count("\n") == 1
    assert left_behind(tmp_path) == []


def test_a_backend_that_does_not_answer_is_named_in_one_line(tmp_path: Path) -> None:
    told = demo("--backend", "unix:///nowhere.sock", "demo", tmp_path=tmp_path)
    assert told.returncode == 69
    assert told.stderr.count("\n") == 1
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_demo_and_all_its_processes(
    number: signal.Signals, tmp_path: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "jobsys", "demo"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        ledger = wait_for_first_line(process, tmp_path / "temporary")
        process.send_signal(number)
        printed, complained = process.communicate(timeout=LONGEST)
        pids = {json.loads(line)["pid"] for line in ledger}
    assert process.returncode == 128 + number
    assert printed == ""
    assert complained == "jobsys demo: interrupted; everything is stopped\n"
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert left_behind(tmp_path) == []


def wait_for_first_line(process: "subprocess.Popen[str]", temporary: Path) -> list[str]:
    """Returns what the ledger holds once a worker has begun to write it."""
    while process.poll() is None:
        for ledger in temporary.glob("*/ledger.jsonl"):
            if lines := [line for line in ledger.read_text().split("\n") if line.endswith("}")]:
                return lines
    raise AssertionError(f"it ended by itself: {process.communicate()}")


def test_workers_end_by_themselves_when_the_demo_is_gone(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "jobsys", "demo"], env=environment(tmp_path), text=True
    ) as process:
        line, *_ = wait_for_first_line(process, tmp_path / "temporary")
        worker = os.pidfd_open(json.loads(line)["pid"])
        process.kill()
    try:
        ended, _, _ = select.select([worker], [], [], LONGEST)
        assert ended
    finally:
        os.close(worker)
