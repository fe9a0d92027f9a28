"""A worker process dies at the worst moments of a job: the proxy sees them come."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest

from jobsys import JobStatus, JobsysContainer
from jobsys.testing.faults.ledger import Ledger
from jobsys.testing.faults.rules import Exchange, Fate, Which, lose_requests, nth
from jobsys.testing.faults.tcp_proxy import TcpProxy
from tests.chaos.app import Moment
from tests.chaos.traffic import drained, opened, working
from tests.chaos.workers import Workers
from tests.support.script_calls import claims, settles, told
from tests.support.workshop import until

LONG_ENOUGH = timedelta(minutes=1)


class Start(Protocol):
    def __call__(self, slots: int) -> Workers: ...


@pytest.fixture
def start(proxied_url: str, ledger: Ledger, tmp_path: Path) -> Iterator[Start]:
    """Starts a worker process that reaches Redis through the proxy alone."""
    with ExitStack() as stack:

        def started(slots: int) -> Workers:
            environment = {
                "JOBSYS_BACKEND": proxied_url,
                "JOBSYS_WORKER__CONCURRENCY": str(slots),
                "JOBSYS_WORKER__LEASE_FOR": "1s",
                "CHAOS_LEDGER": str(ledger.path),
            }
            workers = Workers("tests.chaos.app:container", 1, environment, tmp_path / "log")
            return stack.enter_context(workers)

        yield started


class Death:
    """A rule that kills a worker at the first reply of its kind, which then never arrives."""

    def __init__(self, which: Which) -> None:
        self._which = which
        self.victim: Workers | None = None
        self.happened = False

    def __call__(self, seen: Exchange) -> Fate:
        if self.victim is not None and self._which(seen):
            [process] = self.victim.processes
            process.kill()
            process.wait()
            self.happened = True
        return Fate.LOSE if self.happened else Fate.PASS


async def submit(app: JobsysContainer, number: int, milliseconds: int) -> list[str]:
    jobs = [Moment(milliseconds=milliseconds) for _ in range(number)]
    return list(await app.job_service().submit_many(jobs))


def said(ledger: Ledger, what: str) -> Counter[str]:
    return Counter(entry.job for entry in ledger.entries() if entry.what == what)


async def test_a_worker_that_dies_with_its_claim_leaves_the_jobs_to_another(
    clean_redis_url: str, proxy: TcpProxy, start: Start, ledger: Ledger
) -> None:
    async with opened(clean_redis_url) as app:
        jobs = await submit(app, 20, milliseconds=1)
        death = Death(nth(1, told(claims)))
        proxy.obey(death)
        death.victim = start(slots=8)
        await until(lambda: death.happened, LONG_ENOUGH)
        assert said(ledger, "begin") == {}
        async with working(clean_redis_url, 8, ledger):
            await drained(app)
        assert said(ledger, "end") == dict.fromkeys(jobs, 1)
        crashes = [len((await app.job_service().get(job)).errors) for job in jobs]
        assert sum(crashes) > 0


async def test_what_a_worker_did_and_could_not_tell_is_done_again_under_the_same_key(
    clean_redis_url: str, proxy: TcpProxy, start: Start, ledger: Ledger
) -> None:
    async with opened(clean_redis_url) as app:
        jobs = await submit(app, 50, milliseconds=200)
        proxy.obey(lose_requests(settles))
        [process] = start(slots=50).processes
        await until(lambda: said(ledger, "end").total() == 50, LONG_ENOUGH)
        process.kill()
        async with working(clean_redis_url, 50, ledger):
            await drained(app)
        assert said(ledger, "end") == dict.fromkeys(jobs, 2)
        assert list(said(ledger, "effect").values()) == [2] * 50
        assert (await app.job_service().counts())["default"].ever[JobStatus.COMPLETED] == 50


async def test_what_a_worker_could_tell_before_it_died_is_not_done_again(
    clean_redis_url: str, proxy: TcpProxy, start: Start, ledger: Ledger
) -> None:
    async with opened(clean_redis_url) as app:
        jobs = await submit(app, 40, milliseconds=20)
        death = Death(nth(3, told(settles)))
        proxy.obey(death)
        death.victim = start(slots=4)
        await until(lambda: death.happened, LONG_ENOUGH)
        done = (await app.job_service().find(status=JobStatus.COMPLETED, limit=100)).records
        async with working(clean_redis_url, 4, ledger):
            await drained(app)
        begins = said(ledger, "begin")
        assert len(done) >= 3
        assert {begins[record.id] for record in done} == {1}
        assert said(ledger, "end").keys() == set(jobs)
