"""A desk of dead letters, and where its alerts arrive."""

from jobsys.application.alerts import AlertOptions, Alerts
from jobsys.application.dead_letter_desk import DeadLetterDesk
from jobsys.application.reporter import Reporter
from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.job_id import JobId
from jobsys.domain.status import Reason
from jobsys.testing.virtual_clock import START
from tests.support.alerts import KeptAlerts
from tests.support.bench import Bench, Greet


class Office:
    """Is told of dead letters as the reporter of a worker tells of them."""

    def __init__(self, bench: Bench, *, tells_people: bool = False) -> None:
        self.bench = bench
        self.sink = KeptAlerts()
        self.alerts = Alerts(self.sink, AlertOptions())
        self.reporter = Reporter(bench.metrics, bench.clock, lambda _: None)
        bench.factory.register(Greet)
        book = bench.service.dead_letters
        self.desk = DeadLetterDesk(
            bench.inspector, book, self.alerts, self.reporter, tells_people=tells_people
        )

    async def open(self) -> None:
        await self.alerts.start()
        await self.desk.start()

    async def close(self) -> None:
        await self.desk.stop()
        await self.alerts.stop()

    async def bury(self, error: str = "ValueError", queue: str = "default") -> JobId:
        """Makes a dead letter, as a worker does."""
        lease = await self.bench.leased(Greet(), queue=queue)
        told = AttemptError(attempt=1, at=START, code="X", type=error, message=f"by {error}")
        end = lease.failed(told, None, Reason.EXHAUSTED)
        await self.bench.settled(end)
        self.reporter.settled([end])
        return lease.record.id
