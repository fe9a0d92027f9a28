"""Following what becomes of all jobs, line by line."""

import json
import signal
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import islice
from typing import IO, cast

import pytest

from jobsys.adapters.cli.tail import lines_of
from jobsys.application.events import JobNotices
from jobsys.domain.job_id import JobId
from jobsys.domain.notice import JobNotice, NoticeInterest
from jobsys.domain.status import JobEvent, JobStatus
from jobsys.ports.subscription import Subscription
from tests.integration.cli.conftest import Cli

AT = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(params=["cli", "redis_cli"])
def either(request: pytest.FixtureRequest) -> Cli:
    cli: Cli = request.getfixturevalue(request.param)
    return cli


def listening(cli: Cli, *options: str) -> "subprocess.Popen[str]":
    """A `jobsys tail` that listens already."""
    process = cli.start("tail", *options)
    assert "from now on" in cast("IO[str]", process.stderr).readline()
    return process


def lines(process: "subprocess.Popen[str]", number: int) -> list[str]:
    return [line.rstrip() for line in islice(cast("IO[str]", process.stdout), number)]


def ended_by_ctrl_c(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=30)
    assert (process.returncode, printed, errors) == (0, "", "")


def test_each_end_of_a_job_is_a_line_and_ctrl_c_is_no_error(either: Cli) -> None:
    people = listening(either)
    programs = listening(either, "--status", "failed", "--type", "fail", "--json")
    greeting = either.submit("greet", '{"name": "Ada"}')
    failing = either.submit("fail")
    either.start("worker", "app:container")
    told = lines(people, 2)
    assert any(f"Z completed greet {greeting} attempt 1" in line for line in told)
    assert any(f" failed (exhausted) fail {failing} attempt 1 ValueError" in line for line in told)
    [event] = map(json.loads, lines(programs, 1))
    assert (event["job_id"], event["status"], event["error"]) == (failing, "failed", "ValueError")
    for process in (people, programs):
        ended_by_ctrl_c(process)


def test_only_jobs_of_a_queue_are_told(cli: Cli) -> None:
    process = listening(cli, "--queue", "mails", "--status", "cancelled", "--status", "completed")
    for queue in ("default", "mails"):
        cli.submit("greet", '{"name": "Ada"}', "--queue", queue, "--key", "hello")
    cli.start("worker", "app:container", "--queue", "mails", "--queue", "default")
    [line] = lines(process, 1)
    assert "mails:hello" in line
    ended_by_ctrl_c(process)


def test_a_word_that_is_no_status_is_a_usage_error(cli: Cli) -> None:
    assert "nonsense" in cli.run("tail", "--status", "nonsense", exit_code=2)


@pytest.mark.parametrize(
    ("prints_json", "gap"), [(True, '{"lost": 3}'), (False, "… 3 events were lost here")]
)
async def test_it_is_told_where_events_were_lost(prints_json: bool, gap: str) -> None:
    subscription = Subscription(NoticeInterest(), limit=2)
    notices = [notice(f"{number}") for number in range(5)]
    subscription.offer(notices)
    told: AsyncIterator[str] = lines_of(JobNotices(subscription), prints_json)
    assert await anext(told) == gap
    for key in ("3", "4"):
        assert f"default:{key}" in await anext(told)
    subscription.offer([notice("5")])
    assert "default:5" in await anext(told)


async def test_what_a_job_is_called_cannot_steer_the_terminal() -> None:
    subscription = Subscription(NoticeInterest())
    subscription.offer([notice("1", kind="re\x1b[31md\nnext")])
    line = await anext(lines_of(JobNotices(subscription), prints_json=False))
    assert "re\\x1b[31md next" in line
    assert "\n" not in line


def notice(key: str, kind: str = "greet") -> JobNotice:
    status, event = JobStatus.COMPLETED, JobEvent.SUCCEEDED
    return JobNotice(JobId.of("default", key), kind, event, status, 1, AT)
