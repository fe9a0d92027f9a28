"""Signals: the first lets what runs end, the second ends everything."""

import signal
from time import monotonic

import pytest

from tests.integration.cli.conftest import Cli
from tests.support.processes import until

BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])


@BOTH
def test_the_first_signal_lets_running_jobs_end(cli: Cli, number: signal.Signals) -> None:
    job_id = cli.submit("slow", '{"seconds": 1}')
    worker = cli.start("worker", "app:container")
    assert cli.begun() == job_id
    later = cli.submit("greet", '{"name": "Ada"}', "--delay", "1h")
    worker.send_signal(number)
    _, errors = worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert f"jobsys: {number.name}: finishing running jobs\n" in errors
    assert "[INFO] Completed slow job in 1.0" in errors
    assert "Traceback" not in errors
    assert "completed" in cli.run("get", job_id)
    assert "scheduled" in cli.run("get", later)


@BOTH
@pytest.mark.parametrize("busy", ["true", "false"])
def test_the_second_signal_aborts_even_where_a_job_blocks_the_event_loop(
    cli: Cli, number: signal.Signals, busy: str
) -> None:
    job_id = cli.submit("slow", f'{{"busy": {busy}}}')
    worker = cli.start("worker", "app:container")
    cli.begun()
    begun = monotonic()
    assert worker.stderr is not None
    assert any("serves default" in line for line in worker.stderr)
    worker.send_signal(number)
    assert any("finishing" in line for line in worker.stderr)
    worker.send_signal(number)
    assert worker.wait(10) == 128 + number
    assert monotonic() - begun < 5
    assert "aborted" in worker.stderr.read()
    assert "processing" in cli.run("get", job_id)


LAST_MOMENT = """
import pathlib, threading, time
from app import container

def hang() -> None:
    threading.main_thread().join()
    pathlib.Path("ending").touch()
    time.sleep(600)

threading.Thread(target=hang).start()
"""


@BOTH
def test_a_signal_ends_a_worker_that_hangs_when_all_is_done_and_that_is_no_abort(
    cli: Cli, number: signal.Signals
) -> None:
    (cli.folder / "slow_end.py").write_text(LAST_MOMENT)
    job_id = cli.submit("slow", '{"seconds": 0}')
    worker = cli.start("worker", "slow_end:container")
    assert cli.begun() == job_id
    worker.send_signal(number)
    until((cli.folder / "ending").exists)
    worker.send_signal(number)
    _, errors = worker.communicate(timeout=30)
    assert (worker.returncode, "aborted" in errors) == (0, False)


@pytest.mark.parametrize("way", ["option", "environment"])
def test_a_worker_serves_the_container_that_was_named_for_every_verb(cli: Cli, way: str) -> None:
    job_id = cli.submit("slow", '{"seconds": 0}')
    if way == "option":
        worker = cli.start("--app", "app:container", "worker")
    else:
        cli.environment["JOBSYS_APP"] = "app:container"
        worker = cli.start("worker")
    assert cli.begun() == job_id
    worker.terminate()
    assert worker.wait(30) == 0


def test_an_idle_worker_stops_at_once(cli: Cli) -> None:
    (cli.folder / "begun").unlink(missing_ok=True)
    job_id = cli.submit("slow", '{"seconds": 0}')
    worker = cli.start("worker", "app:make")
    cli.begun()
    assert "completed" in cli.run("get", job_id)
    begun = monotonic()
    worker.terminate()
    assert worker.wait(10) == 0
    assert monotonic() - begun < 2
