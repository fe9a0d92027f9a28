"""An outbox in a shop's database, a relay, and backends one after the other."""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from typing import Unpack

from dependency_injector.providers import Object

from jobsys import (
    BaseJob,
    JobId,
    JobRecord,
    JobsysContainer,
    Settings,
)
from jobsys.adapters.memory.backend import MemoryBackend
from jobsys.adapters.sql.outbox_rows import SqlOutboxRows
from jobsys.application.arguments import Options
from jobsys.application.relay import Relay
from jobsys.ports.backend import BackendOptions
from jobsys.ports.job_inspector import JobQuery
from jobsys.testing.virtual_clock import VirtualClock
from tests.integration.sql.database import Connect

SECOND = timedelta(seconds=1)
SURE_AFTER = 10 * SECOND
TABLE = "jobsys_outbox"


class Bill(BaseJob):
    """A bill for an order."""

    order: int


class Desk:
    """An outbox in a shop's database, a relay, and backends one after the other."""

    def __init__(self, connect: Connect, shop: sqlite3.Connection) -> None:
        self.clock = VirtualClock()
        self.container = JobsysContainer(Settings(backend="memory://"))
        self.container.clock.override(Object(self.clock))
        self.outbox = self.container.outbox()
        self.outbox.create(shop)
        self.rows = SqlOutboxRows(connect, TABLE)
        self.shop = shop
        self.lose_everything()

    def lose_everything(self) -> None:
        """Puts an empty backend in the place of the one that there was."""
        self.backend = MemoryBackend(BackendOptions("memory://", self.clock))

    async def handed_over(self) -> Sequence[JobRecord]:
        """Returns the jobs in the backend once a relay has gone round."""
        await Relay(self.rows, self.backend, self.container.intake(), SURE_AFTER).hand_over()
        return (await self.backend.ports.inspector.find(JobQuery(), 10_000)).records

    def ordered(self, number: int = 1, **options: Unpack[Options]) -> JobId:
        """Commits an order with its bill."""
        with self.shop:
            self.shop.execute("INSERT INTO orders VALUES (?)", (number,))
            return self.outbox.submit(self.shop, Bill(order=number), **options)

    @property
    def written(self) -> int:
        """How many rows the outbox has."""
        return int(self.shop.execute("SELECT count(*) FROM jobsys_outbox").fetchone()[0])
