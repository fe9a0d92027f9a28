import asyncio
import sys
from pathlib import Path

import common
from taskiq_redis import RedisStreamBroker

broker = RedisStreamBroker(url=common.URL, consumer_id="0")
TASKS = {
    "noop": broker.register_task(common.noop_async, task_name="noop"),
    "sleep": broker.register_task(common.sleep_async, task_name="sleep"),
}


async def main():
    await broker.startup()
    await common.serve(lambda kind, given: TASKS[kind].kiq(given))
    await broker.shutdown()


if __name__ == "__main__":
    if sys.argv[1] == "work":
        program = str(Path(sys.executable).with_name("taskiq"))
        width = str(common.option("c", 100))
        common.become(
            *(program, "worker", "taskiq_peer:broker", "--workers", "1"),
            *("--max-async-tasks", width, "--log-level", "ERROR"),
        )
    common.use_uvloop()
    asyncio.run(main())
