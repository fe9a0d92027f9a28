"""What a later release, or a hand, has set of a queue is no obstacle."""

from redis import Redis

from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.suites.queue_policies import put


async def test_fields_that_are_not_known_stay_and_what_cannot_be_read_counts_as_not_set(
    clean_redis_url: str,
) -> None:
    backend = RedisBackend(clean_redis_url)
    key = KeyLayout().policy("emails")
    with Redis.from_url(clean_redis_url, decode_responses=True) as redis:
        redis.hset(key, mapping={"max_groups": "5", "paused": "0", "age_after": "soon"})
        await put(backend, QueuePolicy(max_jobs=3))
        assert await backend.policies.get(["emails"]) == {"emails": QueuePolicy(max_jobs=3)}
        assert redis.hgetall(key) == {"max_groups": "5", "max_jobs": "3"}
    await backend.close()
