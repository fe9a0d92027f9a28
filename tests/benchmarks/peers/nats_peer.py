import asyncio
import contextlib
import sys

import common
import nats
import orjson
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StorageType, StreamConfig

HANDLERS = {"noop": common.noop_async, "sleep": common.sleep_async}
STREAM = StreamConfig(
    name="bench",
    subjects=["b.*"],
    retention=RetentionPolicy.WORK_QUEUE,
    storage=StorageType.FILE,
)
CONSUMER = ConsumerConfig(
    durable_name="w",
    ack_policy=AckPolicy.EXPLICIT,
    ack_wait=30,
    max_ack_pending=5000,
    filter_subject="b.*",
)


async def main():
    client = await nats.connect(common.URL)
    stream = client.jetstream()

    async def put(kind, given):
        await stream.publish("b." + kind, orjson.dumps(given))

    async def put_many(kind, given):
        sent = [await stream.publish_async("b." + kind, orjson.dumps(each)) for each in given]
        await asyncio.gather(*sent)

    if sys.argv[1] == "work":
        await work(stream)
    elif sys.argv[1] == "prepare":
        await prepare(stream)
    else:
        await common.serve(put, put_many)
    await client.close()


async def prepare(stream):
    with contextlib.suppress(nats.js.errors.NotFoundError):
        await stream.delete_stream("bench")
    await stream.add_stream(STREAM)
    await stream.add_consumer("bench", CONSUMER)


async def work(stream):
    subscription = await stream.pull_subscribe_bind("w", "bench")
    width = common.option("c", 100)
    batch = min(common.option("batch", 100), width)
    free, live = asyncio.Semaphore(width), set()

    async def run(message):
        try:
            await HANDLERS[message.subject[2:]](orjson.loads(message.data))
            await message.ack()
        finally:
            free.release()

    while True:
        async with free:
            room = max(1, min(batch, free._value))
        try:
            messages = await subscription.fetch(room, timeout=5)
        except (TimeoutError, nats.errors.TimeoutError):
            continue
        for message in messages:
            await free.acquire()
            task = asyncio.create_task(run(message))
            live.add(task)
            task.add_done_callback(live.discard)


if __name__ == "__main__":
    common.use_uvloop()
    asyncio.run(main())
