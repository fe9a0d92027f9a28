"""How it is done. A handler gets what it needs through its constructor."""

import asyncio

from examples.background_jobs.jobs import Card, ChargeOrder, ReserveStock, SendReceipt
from jobsys import BackgroundJobService, JobContext, JobHandler


class CardRefused(Exception):
    pass


class WarehouseBusy(Exception):
    pass


class ChargeOrderHandler(JobHandler[ChargeOrder]):
    def __init__(self, jobs: BackgroundJobService) -> None:
        self._jobs = jobs

    async def execute(self, job: ChargeOrder, context: JobContext) -> str:
        if job.card is Card.EXPIRED:
            raise CardRefused(f"order {job.order}")
        # If this attempt dies right after the submit, the next one submits the same job again;
        # with the same key that changes nothing.
        return await self._jobs.submit(SendReceipt(order=job.order), key=f"receipt-{job.order}")


class ReserveStockHandler(JobHandler[ReserveStock]):
    async def execute(self, job: ReserveStock, context: JobContext) -> None:
        if context.attempt == 1 and job.order % 3 == 0:  # as remote systems are at times
            raise WarehouseBusy(f"order {job.order}")
        await asyncio.sleep(0.05)


def send_receipt(job: SendReceipt, context: JobContext) -> str:
    """A plain function runs in a thread, so it may block."""
    return f"Thank you for order {job.order}."
