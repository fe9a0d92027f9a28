"""Two releases of an application on one backend, while their processes are killed."""

import asyncio
import random
import signal
from pathlib import Path

import pytest

from jobsys import JobStatus
from jobsys.testing.faults.ledger import Ledger
from tests.chaos.traffic import drained, opened
from tests.chaos.workers import Workers
from tests.support.release_app import OldPhoto, Photo

JOBS = 100
KILLS = 5


@pytest.fixture(params=["sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A backend that several processes share."""
    if request.param == "redis":
        return str(request.getfixturevalue("clean_redis_url"))
    return f"sqlite:///{tmp_path}/jobs.db"


async def test_nothing_is_lost_nor_read_as_the_other_release_s_class(
    url: str, tmp_path: Path
) -> None:
    draw, ledger = random.Random(7), Ledger(tmp_path / "ledger")  # noqa: S311 (chance, not secrecy)
    with _release("first", url, ledger) as first, _release("second", url, ledger) as second:
        await asyncio.gather(first.served(2), second.served(2))
        async with opened(url) as app:
            jobs = app.job_service()
            for number in range(JOBS):
                older, newer = OldPhoto(size=number), Photo(width=number, height=number)
                await jobs.submit(draw.choice([older, newer]))
                if number % (JOBS // KILLS) == 0:
                    workers = draw.choice([first, second])
                    workers.end(draw.choice(workers.processes), signal.SIGKILL)
                await asyncio.sleep(0.005)
            await drained(app)
            records = (await jobs.find(limit=2 * JOBS)).records
    noted = ledger.entries()
    ledger.close()
    assert [(job.status, job.attempts) for job in records] == [(JobStatus.COMPLETED, 0)] * JOBS
    assert {entry.job for entry in noted if entry.what == "end"} == {job.id for job in records}
    assert not [entry for entry in noted if entry.what == "wrong"]


def _release(name: str, url: str, ledger: Ledger) -> Workers:
    environment = {
        "JOBSYS_BACKEND": url,
        "JOBSYS_WORKER__LEASE_FOR": "2s",
        "RELEASE_LEDGER": str(ledger.path),
    }
    log = ledger.path.with_name(name)
    return Workers(f"tests.support.release_app:{name}", 2, environment, log)
