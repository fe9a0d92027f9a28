import asyncio
import sys

import common
from arq import create_pool
from arq.connections import RedisSettings
from arq.worker import Worker

PLACE = RedisSettings.from_dsn(common.URL)


async def noop(ctx, given):
    common.noop(given)


async def sleep(ctx, given):
    await common.sleep_async(given)


async def main():
    pool = await create_pool(PLACE)
    await common.serve(pool.enqueue_job)


if __name__ == "__main__":
    common.use_uvloop()
    if sys.argv[1] == "work":
        asyncio.set_event_loop(asyncio.new_event_loop())
        Worker(
            [noop, sleep],
            redis_settings=PLACE,
            max_jobs=common.option("c", 10),
            poll_delay=common.option("poll_ms", 500) / 1000,
            queue_read_limit=common.option("read", 0) or None,
        ).run()
    else:
        asyncio.run(main())
