"""What the shop's front end would do: python -m examples.background_jobs.submit ORDERS"""

import asyncio
import sys
from pathlib import Path

from examples.background_jobs.jobs import Card, ChargeOrder, ReserveStock
from jobsys import BaseJob, JobsysContainer, Settings


async def submit(orders: int) -> None:
    # The same backend as the service, but no handlers: this process runs none of the jobs.
    config = Path(__file__).with_name("jobsys.yaml")
    container = JobsysContainer(Settings(config=config, worker={"enabled": False}))
    async with container.lifecycle():
        jobs: list[BaseJob] = []
        for order in range(1, orders + 1):
            card = Card.EXPIRED if order % 10 == 0 else Card.VALID
            jobs += [ReserveStock(order=order), ChargeOrder(order=order, card=card)]
        # One round trip for all of them, instead of one for each.
        await container.job_service().submit_many(jobs)
    print(f"{len(jobs)} jobs for {orders} orders are safe in the backend")


if __name__ == "__main__":
    asyncio.run(submit(int(sys.argv[1])))
