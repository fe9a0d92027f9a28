"""A card is charged once, also when the answer was lost and the job is tried again.

Nobody can promise that a side effect happens exactly once. `context.idempotency_key`, the same in
every attempt of a job, lets the other side see that it is asked a second time.

python -m examples.process_payment
"""

import asyncio
from datetime import timedelta

from jobsys import BaseJob, JobContext, JobHandler, JobsysContainer, RetryPolicy


class ProcessPayment(BaseJob):
    retry = RetryPolicy(max_attempts=3, base=timedelta(milliseconds=100))
    order: int
    cents: int


class Gateway:
    """Stands in for a payment provider, as they all are: what has a known key is not charged."""

    def __init__(self) -> None:
        self.calls = 0
        self.charged: dict[str, int] = {}

    async def charge(self, cents: int, idempotency_key: str) -> str:
        self.calls += 1
        self.charged.setdefault(idempotency_key, cents)
        if self.calls == 1:
            raise TimeoutError("charged, but the answer was lost")
        return f"receipt for {cents} cents"


class ProcessPaymentHandler(JobHandler[ProcessPayment]):
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def execute(self, job: ProcessPayment, context: JobContext) -> str:
        return await self._gateway.charge(job.cents, context.idempotency_key)


async def main() -> None:
    container, gateway = JobsysContainer(), Gateway()
    container.handlers().register(ProcessPayment, lambda: ProcessPaymentHandler(gateway))
    async with container.lifecycle():
        jobs = container.job_service()
        # No key at the submit: each run of this program is an order of its own.
        record = await jobs.wait(await jobs.submit(ProcessPayment(order=7, cents=4200)), "30s")
    print(f"{record.result}: {gateway.calls} calls, {len(gateway.charged)} charge")


if __name__ == "__main__":
    asyncio.run(main())
