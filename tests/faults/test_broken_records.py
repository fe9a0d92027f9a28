"""Records that something else has broken, among sound ones, under a real worker."""

import asyncio
import pickle
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from redis.asyncio import Redis

from jobsys import JobStatus
from jobsys.domain.status import Reason
from tests.support.workplace import SOON, Errand, Workplace

HEADER: Final = b'{"type":"errand","version":1}\n'


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return Path.touch, (str(self._marker),)


def broken_envelopes(marker: Path) -> Mapping[str, bytes]:
    """Returns envelopes that no release has written."""
    return {
        "empty": b"",
        "no payload": HEADER,
        "bad UTF-8": HEADER + b'{"number":"\xff\xfe"}',
        "not a number": HEADER + b'{"number":NaN}',
        "a number without end": HEADER + b'{"number":1' + b"0" * 400 + b"e400}",
        "many members": HEADER + b'{"number":[' + b"1," * 200_000 + b"1]}",
        "deep": HEADER + b'{"number":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "deep header": b"[" * 100_000 + b"\n{}",
        "large": HEADER + b'{"number":"' + b"x" * 5_000_000 + b'"}',
        "a pickle": pickle.dumps(Bomb(marker)),
        "a pickle as payload": HEADER + pickle.dumps(Bomb(marker)),
        "a list": HEADER + b"[1]",
    }


@pytest.fixture
def places(clean_redis_url: str, tmp_path: Path) -> Mapping[str, Workplace]:
    """A workplace on each durable backend."""
    file = f"sqlite:///{tmp_path}/jobs.db?synchronous=NORMAL"
    return {"redis": Workplace(clean_redis_url), "sqlite": Workplace(file)}


@pytest.fixture
async def admin(clean_redis_url: str) -> AsyncIterator["Redis"]:
    async with Redis.from_url(clean_redis_url) as client:
        yield client


def overwrite_file(file: Path, envelopes: Mapping[str, bytes]) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for key, envelope in envelopes.items():
            connection.execute("UPDATE jobs SET envelope = ? WHERE key = ?", (envelope, key))


@pytest.mark.parametrize("backend", ["redis", "sqlite"])
async def test_broken_payloads_are_dead_letters_and_the_jobs_beside_them_are_done(
    places: Mapping[str, Workplace], backend: str, admin: "Redis", tmp_path: Path
) -> None:
    place, marker = places[backend], tmp_path / "marker"
    accepted = await place.submit(100)
    kinds = broken_envelopes(marker)
    chosen = accepted[3 : 3 + 7 * len(kinds) : 7]
    envelopes = {
        job_id.partition(":")[2]: raw for job_id, raw in zip(chosen, kinds.values(), strict=True)
    }
    if backend == "redis":
        for key, raw in envelopes.items():
            await admin.hset("jobs:data:default", key, b"1700000000000 normal\n" + raw)
    else:
        overwrite_file(tmp_path / "jobs.db", envelopes)
    async with place.container.lifecycle():
        await place.until(JobStatus.FAILED, len(kinds))
        await place.until(JobStatus.COMPLETED, 100 - len(kinds))
        dead = (await place.jobs.find(status=JobStatus.FAILED, limit=100)).records
    assert {str(record.id) for record in dead} == set(chosen)
    assert all(record.attempts <= 1 for record in dead)
    assert {record.standing.reason for record in dead} == {Reason.CORRUPT}
    assert place.begun == dict.fromkeys(set(accepted) - set(chosen), 1)
    assert not marker.exists()


Breaking = Callable[["Redis", str, bytes], Awaitable[object]]
BREAKINGS: Final[Mapping[str, Breaking]] = {
    "data": lambda redis, key, junk: redis.hset("jobs:data:default", key, junk),
    "state": lambda redis, key, junk: redis.hset("jobs:state:default", key, junk),
    "no data": lambda redis, key, _: redis.hdel("jobs:data:default", key),
    "ready": lambda redis, _, junk: redis.rpush("jobs:queue:default:normal", junk),
    "twice": lambda redis, key, _: redis.rpush("jobs:queue:default:normal", key),
    "gone": lambda redis, _, junk: redis.sadd("jobs:gone:default:normal", junk),
    "delayed": lambda redis, _, junk: redis.zadd("jobs:delayed:default", {junk: 1.5e300}),
    "due": lambda redis, _, junk: redis.zadd("jobs:delayed:default", {junk: -1}),
    "leased": lambda redis, _, junk: redis.zadd("jobs:processing:default", {junk: 5}),
    "done": lambda redis, _, junk: redis.zadd("jobs:done:default", {junk: 5}),
    "dead": lambda redis, _, junk: redis.zadd("jobs:failed:default", {junk: 5}),
    "result": lambda redis, key, junk: redis.hset("jobs:result:default", key, junk),
    "errors": lambda redis, key, junk: redis.hset("jobs:errors:default", key, junk),
    "counts": lambda redis, _, junk: redis.hset("jobs:counts:default", "now:queued", junk),
    "wake": lambda redis, _, junk: redis.rpush("jobs:wake:default", junk),
}
JUNK: Final = (
    *(b"", b" ", b"\n", b"\xff\xfe", b"NaN", b"-1", b"1e400", b"null", b"[" * 5_000, b"x" * 5_000),
    *(b"P 1 somebody 0 0 0 0 normal 0 0 - 0 ", b"Q", b"C 9 - 1 -", b"F 1 lane x", b"@1", b"a:b:c"),
)


async def calls_within(admin: "Redis", seconds: float) -> int:
    """Returns how many commands a Redis gets in so many seconds."""
    before = (await admin.info("stats"))["total_commands_processed"]
    await asyncio.sleep(seconds)
    return int((await admin.info("stats"))["total_commands_processed"]) - int(before)


@pytest.mark.parametrize("kind", BREAKINGS)
async def test_whatever_is_broken_all_sound_jobs_are_done_and_the_worker_is_quiet_again(
    places: Mapping[str, Workplace], admin: "Redis", kind: str
) -> None:
    place, draw = places["redis"], random.Random(kind)  # noqa: S311 (chance, not secrecy)
    accepted = await place.submit(60)
    broken = draw.sample(accepted, len(JUNK))
    for job_id, junk in zip(broken, JUNK, strict=True):
        await BREAKINGS[kind](admin, job_id.partition(":")[2], junk)
    async with place.container.lifecycle():
        for job_id in set(accepted) - set(broken):
            assert (await place.jobs.wait(job_id, SOON)).status is JobStatus.COMPLETED
        late = await place.jobs.submit(Errand(number=1))
        assert (await place.jobs.wait(late, SOON)).status is JobStatus.COMPLETED
        while await calls_within(admin, 0.5) > 30:  # what is broken may be worked off yet
            pass
        await place.jobs.find(limit=500)
    assert all(place.begun[job_id] <= 3 for job_id in broken)
