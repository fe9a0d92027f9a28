"""`jobsys log` shows what a job's handler has logged, while the job runs and afterwards."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from jobsys import JobId, JobsysContainer, Settings
from jobsys.domain.log_line import LogLine
from tests.integration.cli.conftest import Cli, Here

TELLING = """
import pathlib, time
from jobsys import BaseJob, JobContext, JobsysContainer

class Tell(BaseJob):
    pass

container = JobsysContainer()

@container.handles(Tell)
def tell(job: Tell, context: JobContext) -> None:
    for row in range(3):
        context.log.info("row %d", row)
    while not pathlib.Path("go-on").exists():
        time.sleep(0.01)
    context.log.warning("the end")
"""


def logged(backend: str, job_id: str, texts: Sequence[str]) -> None:
    """Leaves lines in a backend as a worker would."""

    async def append() -> None:
        opened = JobsysContainer(Settings(backend=backend)).backend()
        await opened.start()
        at = datetime(2030, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
        lines = [LogLine(JobId(job_id), at, "INFO", text, 1) for text in texts]
        await opened.ports.logs.append(lines)
        await opened.stop()

    asyncio.run(append())


def test_the_log_is_a_line_for_each_line(cli: Cli, here: Here) -> None:
    logged(cli.backend, "default:1", [f"row {number}" for number in range(1200)])
    shown = here("log", "default:1").splitlines()
    assert shown == [f"2030-01-02 03:04:05Z INFO row {number}" for number in range(200, 1200)]


def test_hostile_text_steers_no_terminal_and_forges_no_line(cli: Cli, here: Here) -> None:
    forged = "2030-01-02 03:04:05Z INFO forged"
    logged(cli.backend, "default:1", [f"\x1b[31mred\r{forged}\n{forged}"])
    printed = here("log", "default:1")
    assert "\x1b" not in printed
    assert "\r" not in printed
    assert [line for line in printed.splitlines() if line.startswith(forged)] == []


def test_as_json_it_is_one_document(cli: Cli, here: Here) -> None:
    logged(cli.backend, "default:1", ["one", "two"])
    found = json.loads(here("log", "default:1", "--json"))
    assert found["lines"][1] == {
        "job_id": "default:1",
        "at": "2030-01-02T03:04:05.678000+00:00",
        "level": "INFO",
        "attempt": 1,
        "text": "two",
    }


def test_an_unknown_job_is_an_error_that_says_so(here: Here) -> None:
    for options in ((), ("--follow",), ("--json",)):
        told = here("log", "default:nobody", *options, exit_code=1)
        assert "there is no job default:nobody" in told


def test_a_log_is_followed_while_the_job_runs_and_to_its_end(redis_cli: Cli) -> None:
    (redis_cli.folder / "telling.py").write_text(TELLING)
    app = ("--app", "telling:container")
    job_id = redis_cli.run(*app, "submit", "tell", "{}").strip()
    redis_cli.start("worker", "telling:container")
    following = redis_cli.start("log", job_id, "--follow", "--json")
    assert following.stdout is not None
    first = [json.loads(following.stdout.readline()) for _ in range(3)]
    assert [line["text"] for line in first] == ["row 0", "row 1", "row 2"]
    assert (following.poll(), (redis_cli.folder / "go-on").exists()) == (None, False)
    (redis_cli.folder / "go-on").touch()
    last, _ = following.communicate(timeout=60)
    assert [json.loads(line)["text"] for line in last.splitlines()] == ["the end"]
    assert following.returncode == 0
