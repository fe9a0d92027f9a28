import asyncio
import sys

import asyncpg
import common
import orjson
from pgqueuer import PgQueuer
from pgqueuer.queries import Queries

HANDLERS = {"noop": common.noop_async, "sleep": common.sleep_async}


async def main():
    if sys.argv[1] == "work":
        await work()
        return
    connection = await asyncpg.connect(common.URL)
    queries = Queries.from_asyncpg_connection(connection)
    if sys.argv[1] == "prepare":
        await connection.execute("drop schema public cascade; create schema public")
        await queries.install()
    else:
        await common.serve(
            lambda kind, given: queries.enqueue(kind, orjson.dumps(given), 0),
            lambda kind, given: queries.enqueue(
                [kind] * len(given), [orjson.dumps(each) for each in given], [0] * len(given)
            ),
        )
    await connection.close()


async def work():
    pool = await asyncpg.create_pool(common.URL, min_size=4, max_size=8)
    queuer = PgQueuer.from_asyncpg_pool(pool)
    for kind, handler in HANDLERS.items():

        async def handle(job, handler=handler):
            await handler(orjson.loads(job.payload))

        queuer.entrypoint(kind)(handle)
    await queuer.run(batch_size=common.option("batch", 10))


if __name__ == "__main__":
    common.use_uvloop()
    asyncio.run(main())
