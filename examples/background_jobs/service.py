"""The service, put together. `jobsys worker examples.background_jobs.service:container` runs it."""

from pathlib import Path

from examples.background_jobs.handlers import (
    ChargeOrderHandler,
    ReserveStockHandler,
    send_receipt,
)
from examples.background_jobs.jobs import ChargeOrder, ReserveStock, SendReceipt
from examples.background_jobs.ledger import Ledger
from jobsys import JobsysContainer, Settings

# Variables such as JOBSYS_BACKEND win over the file, so one file fits every place.
container = JobsysContainer(Settings(config=Path(__file__).with_name("jobsys.yaml")))

handlers = container.handlers()
handlers.register(ChargeOrder, lambda: ChargeOrderHandler(container.job_service()))
handlers.register(ReserveStock, ReserveStockHandler)
handlers.handles(SendReceipt)(send_receipt)

container.use(Ledger(Path("ledger.jsonl")))
