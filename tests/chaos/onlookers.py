"""What it costs to look on: a deep and broad Redis, and many pages that are open."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Final

import httpx2
from redis.asyncio import Redis

from jobsys.adapters.redis.backend import RedisBackend
from jobsys.adapters.system.clock import SystemClock
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.ports.backend import BackendOptions
from jobsys.ports.submission import Submission
from tests.chaos.beside_a_page import share_of_rate
from tests.chaos.pages import LIST, page, served

QUEUES: Final = 1_000
BATCH: Final = 500
TIMES: Final = 15
ANSWERED_WITHIN: Final = 0.2
MANY: Final = 50
MOST_COST: Final = 2.0
LEAST_RATE: Final = 0.97
LOOKS_FOR: Final = 10.0
WAYS: Final[Mapping[str, str]] = {
    "overview": "/api/overview",
    "job": "/api/jobs/{job_id}",
    "explain": "/api/jobs/{job_id}/explain",
    "jobs": LIST,
    "jobs_of_queue": "/api/jobs?queue=q-999&limit=100",
    "search_by_id": "/api/jobs?id={key}",
    "search_by_text": "/api/jobs?text={key}",
    "search_by_type": "/api/jobs?type=rare",
    "queues": "/api/queues",
    "dead_letters": "/api/dead-letters",
    "health": "/health/queues",
}


@dataclass(frozen=True)
class Figures:
    """Seconds of each route, the median and the longest; Redis' seconds a second, by pages.

    And the rate of jobs that do nothing while a page is open, beside the rate without.
    """

    backend: str
    jobs: int
    queues: int
    medians: Mapping[str, float]
    longest: Mapping[str, float]
    cost_of_one: float
    cost_of_many: float
    share_of_rate: float

    @property
    def promised(self) -> bool:
        """True where routes are quick, fifty pages cost no more than two, and jobs go on as before."""
        is_quick = max(self.medians.values()) < ANSWERED_WITHIN
        is_cheap = self.cost_of_many <= self.cost_of_one * MOST_COST
        return is_quick and is_cheap and self.share_of_rate >= LEAST_RATE


async def look_on(url: str, jobs: int) -> Figures:
    """Measures what looking on costs: a page beside a worker first, then many at a full Redis."""
    share = await share_of_rate(url)
    await _fill(url, jobs)
    async with served(url) as dashboard:
        times = {name: await _times(dashboard.client, path) for name, path in WAYS.items()}
        one = await _cost(url, dashboard.client, 1)
        many = await _cost(url, dashboard.client, MANY)
    return Figures(
        backend="redis",
        jobs=jobs,
        queues=QUEUES,
        medians={name: round(median(found), 4) for name, found in times.items()},
        longest={name: round(max(found), 4) for name, found in times.items()},
        cost_of_one=one,
        cost_of_many=many,
        share_of_rate=share,
    )


async def _fill(url: str, jobs: int) -> None:
    backend = RedisBackend(BackendOptions(url, SystemClock()))
    await backend.start()
    kinds, payload = [Header(type=f"type_{n}") for n in range(20)], JobPayload(b'{"name":"Ada"}')
    for number in range(0, jobs, BATCH):
        queue = f"q-{number // BATCH % QUEUES}"
        await backend.ports.queue.enqueue(
            [
                Submission(JobId.of(queue, f"job-{number + n}"), kinds[n % 20], payload)
                for n in range(BATCH)
            ]
        )
    await backend.stop()


async def _times(client: httpx2.AsyncClient, path: str) -> Sequence[float]:
    """Returns how long a route took, again and again, each time of another job."""
    found = []
    for number in range(TIMES):
        key = f"job-{number * BATCH}"
        begun_at = perf_counter()
        answer = await client.get(path.format(job_id=f"q-{number}:{key}", key=key))
        found.append(perf_counter() - begun_at)
        assert answer.status_code == 200, answer.text
    return found


async def _cost(url: str, client: httpx2.AsyncClient, pages: int) -> float:
    """Returns how many seconds a second Redis computes while so many pages are open."""
    async with Redis.from_url(url) as admin, asyncio.TaskGroup() as group:
        open_ = [group.create_task(page(client)) for _ in range(pages)]
        await asyncio.sleep(2)  # until all look on, and go the same round
        before, begun_at = await _computed(admin), perf_counter()
        await asyncio.sleep(LOOKS_FOR)
        cost = (await _computed(admin) - before) / (perf_counter() - begun_at)
        for one in open_:
            one.cancel()
    return round(cost, 4)


async def _computed(admin: Redis) -> float:
    told = await admin.info("cpu")
    return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])
