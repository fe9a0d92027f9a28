"""The logs of jobs in Redis: one round trip, and nothing that stays for ever."""

from collections.abc import Sequence

import pytest
from redis import Redis

from jobsys.adapters.redis.exchange import Exchange
from jobsys.adapters.redis.job_logs import RedisJobLogs
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.job_id import JobId
from jobsys.domain.log_line import LogLine
from jobsys.ports.errors import QueueDamaged
from jobsys.testing.virtual_clock import START

DAY_MS = 24 * 3600 * 1000


def lines(*ids: str) -> list[LogLine]:
    return [LogLine(JobId(job_id), START, "INFO", "said", 1) for job_id in ids]


async def test_a_batch_of_many_jobs_and_queues_is_one_round_trip(
    clean_redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RedisStore(clean_redis_url, KeyLayout())
    logs, asked, ask = RedisJobLogs(store), list[int](), Exchange.ask

    async def counted(self: Exchange, commands: Sequence[bytes]) -> list[object]:
        asked.append(len(commands))
        return await ask(self, commands)

    await logs.append(lines("a:first"))  # Redis knows the script from now on
    monkeypatch.setattr(Exchange, "ask", counted)
    await logs.append(lines(*(f"queue-{n % 3}:job-{n % 7}" for n in range(100))))
    assert asked == [21]
    await store.stop()


async def test_every_log_has_an_end(clean_redis_url: str) -> None:
    store = RedisStore(clean_redis_url, KeyLayout())
    await RedisJobLogs(store).append(lines("a:x", "b:y"))
    await store.stop()
    with Redis.from_url(clean_redis_url) as admin:
        left = [admin.pttl(key) for key in ("jobs:log:a:x", "jobs:log:b:y")]
    assert all(DAY_MS - 60_000 < ms <= DAY_MS for ms in left)


async def test_a_foreign_value_where_a_log_belongs_is_damage_to_that_log_alone(
    clean_redis_url: str,
) -> None:
    with Redis.from_url(clean_redis_url) as admin:
        admin.set("jobs:log:a:x", "foreign")
    store = RedisStore(clean_redis_url, KeyLayout())
    logs = RedisJobLogs(store)
    with pytest.raises(QueueDamaged):
        await logs.append(lines("a:x", "a:y"))
    assert len((await logs.read(JobId("a:y"))).lines) == 1
    with pytest.raises(QueueDamaged):
        await logs.read(JobId("a:x"))
    await store.stop()


async def test_an_entry_that_is_no_line_is_left_out(clean_redis_url: str) -> None:
    store = RedisStore(clean_redis_url, KeyLayout())
    logs = RedisJobLogs(store)
    await logs.append(lines("a:x"))
    with Redis.from_url(clean_redis_url) as admin:
        admin.xadd("jobs:log:a:x", {"mine": "1"})
    page = await logs.read(JobId("a:x"))
    assert [line.text for line in page.lines] == ["said"]
    assert (await logs.read(JobId("a:x"), page.next)).lines == []
    await store.stop()
