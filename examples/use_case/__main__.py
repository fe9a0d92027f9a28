"""python -m examples.use_case"""

import asyncio

from examples.use_case.host import HostContainer


async def main() -> None:
    container = HostContainer()
    async with container.lifecycle():
        job_id = await container.sign_up().run("ada@example.org")
        await container.job_service().wait(job_id, timeout="10s")


asyncio.run(main())
