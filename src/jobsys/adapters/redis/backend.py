"""The Redis backend: `redis://`, `rediss://` and `unix://`."""

from jobsys.adapters.redis.circuits import RedisCircuits
from jobsys.adapters.redis.event_bus import RedisEventBus
from jobsys.adapters.redis.job_inspector import RedisJobInspector
from jobsys.adapters.redis.job_logs import RedisJobLogs
from jobsys.adapters.redis.job_queue import RedisJobQueue
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.presence import RedisPresence
from jobsys.adapters.redis.queue_policies import RedisQueuePolicies
from jobsys.adapters.redis.removal import RedisRemoval
from jobsys.adapters.redis.roster import RedisRoster
from jobsys.adapters.redis.scheduler import RedisScheduler
from jobsys.adapters.redis.store import RedisStore
from jobsys.ports.backend import BackendOptions, Ports
from jobsys.ports.store_checker import StoreChecker
from jobsys.ports.stored_backend import StoredBackend


class RedisBackend(StoredBackend[RedisStore]):
    """Jobs in one Redis server, from version 7.0 on."""

    def __init__(self, options: BackendOptions) -> None:
        super().__init__(
            lambda: RedisStore(options.url, KeyLayout(options.namespace)),
            lambda store: Ports(
                RedisJobQueue(store, options.swept_to),
                RedisJobInspector(store),
                RedisScheduler(store),
                RedisQueuePolicies(store),
                RedisEventBus(store),
                RedisPresence(store),
                RedisJobLogs(store),
                RedisRoster(store),
                lambda: _checker(store),
                RedisCircuits(store),
                RedisRemoval(store, options.keep_last),
            ),
        )


def _checker(store: RedisStore) -> StoreChecker:
    from jobsys.adapters.redis.store_checker import RedisStoreChecker  # noqa: PLC0415 (only fsck needs it)

    return RedisStoreChecker(store)
