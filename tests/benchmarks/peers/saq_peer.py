import asyncio
import sys

import common
from saq import Queue, Worker


async def noop(ctx, *, given):
    common.noop(given)


async def sleep(ctx, *, given):
    await common.sleep_async(given)


async def main():
    queue = Queue.from_url(common.URL, name="bench")
    await queue.connect()
    if sys.argv[1] == "work":
        functions = [("noop", noop), ("sleep", sleep)]
        await Worker(queue, functions=functions, concurrency=common.option("c", 10)).start()
    else:
        await common.serve(lambda kind, given: queue.enqueue(kind, given=given))
        await queue.disconnect()


if __name__ == "__main__":
    common.use_uvloop()
    asyncio.run(main())
