"""The example of a service: two processes on Redis, and metrics that agree with its own record."""

import json
import signal
from collections import Counter
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from jobsys.ports.metric_families import PROCESSED, QUEUE_SIZE
from tests.support.examples import Shell, commands, in_place_of
from tests.support.processes import free_port, until
from tests.support.scrape import told

Totals = dict[tuple[str, ...], float]
WORKER, SUBMIT = commands("examples/background_jobs/README.md")


def after(rounds: int) -> Totals:
    """What is to be done after so many rounds of the same twenty orders."""
    return {
        ("reserve_stock", "retrying"): 6 * rounds,
        ("reserve_stock", "completed"): 20 * rounds,
        ("charge_order", "failed"): 2 * rounds,
        ("charge_order", "completed"): 18 * rounds,
        ("send_receipt", "completed"): 18,  # the same key is the same job
    }


@pytest.fixture
def shell(tmp_path: Path, clean_redis_url: str) -> Shell:
    return Shell(tmp_path, JOBSYS_BACKEND=clean_redis_url)


def scrape(port: int) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            text: bytes = answer.read()
            return text.decode()
    except URLError:
        return ""  # it does not listen yet


def processed(text: str) -> Totals:
    reading = told(text).readings.get(PROCESSED.name)
    return {} if reading is None else dict(reading.numbers)


def until_processed(port: int, totals: Totals) -> None:
    until(lambda: processed(scrape(port)) == totals)


def ledger(folder: Path) -> list[dict[str, str]]:
    path = folder / "ledger.jsonl"
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def test_two_processes_do_the_jobs_and_the_metrics_agree_with_the_ledger(
    shell: Shell, tmp_path: Path
) -> None:
    port, rounds = free_port(), 0
    with shell.running(*in_place_of({"8080": str(port)}, WORKER)) as worker:
        until(lambda: scrape(port))
        while len({line["process"] for line in ledger(tmp_path)}) < 2:
            assert worker.poll() is None
            shell.run(*in_place_of({"100": "20"}, SUBMIT))
            rounds += 1
            until_processed(port, after(rounds))
        until(lambda: QUEUE_SIZE.name in told(scrape(port)).readings)  # sampled once a second
        text = scrape(port)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait() == 0
    assert Counter((line["type"], line["outcome"]) for line in ledger(tmp_path)) == processed(text)
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(line.startswith("jobsys_jobs_") for line in samples)
    assert ("mails", "low") in told(text).readings[QUEUE_SIZE.name].numbers
