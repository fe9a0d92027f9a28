"""The ledger tells what ran, even where processes died while they wrote."""

import asyncio
import os
from pathlib import Path

import pytest

from jobsys import JobContext, JobId
from jobsys.demo.ledger import Entry, Ledger, LedgerReader, Outcome
from tests.unit.demo.made_context import made_context


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


def written(path: Path) -> list[Entry]:
    return list(LedgerReader(path).new_entries())


def run(path: Path, context: JobContext, error: BaseException | None = None) -> None:
    ledger = Ledger(path)
    try:
        with ledger.run_of(context):
            if error is not None:
                raise error
    finally:
        ledger.close()


def test_a_run_leaves_its_beginning_and_its_end(path: Path) -> None:
    run(path, made_context("demo:1", attempt=2, token=5))
    begun, ended = written(path)
    assert (begun.job_id, begun.pid, begun.token, begun.attempt) == ("demo:1", os.getpid(), 5, 2)
    assert begun.outcome is None
    assert ended.outcome is Outcome.SUCCEEDED
    assert begun.at <= ended.at


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(ValueError("no"), Outcome.FAILED), (asyncio.CancelledError(), Outcome.STOPPED)],
)
def test_a_run_that_raises_tells_how_it_ended(
    path: Path, error: BaseException, outcome: Outcome
) -> None:
    with pytest.raises(type(error)):
        run(path, made_context("demo:1"), error)
    assert [entry.outcome for entry in written(path)] == [None, outcome]


def test_a_line_torn_by_a_kill_spoils_no_other(path: Path) -> None:
    path.write_bytes(b'\n{"job_id": "demo:0", "pid": 1, "tok')
    run(path, made_context("demo:1"))
    assert [entry.job_id for entry in written(path)] == ["demo:1", "demo:1"]


def test_a_reader_reads_on_where_it_stopped(path: Path) -> None:
    run(path, made_context("demo:1"))
    reader = LedgerReader(path)
    assert len(list(reader.new_entries())) == 2
    run(path, made_context("demo:2"))
    assert {entry.job_id for entry in reader.new_entries()} == {JobId("demo:2")}
    assert list(reader.new_entries()) == []


def test_a_line_that_is_being_written_is_left_for_later(path: Path) -> None:
    run(path, made_context("demo:1"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    reader = LedgerReader(path)
    assert [entry.outcome for entry in reader.new_entries()] == [None]
    path.write_bytes(whole)
    assert [entry.outcome for entry in reader.new_entries()] == [Outcome.SUCCEEDED]
