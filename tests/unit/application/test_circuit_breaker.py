"""A job whose circuit is open waits; one at a time tries whether the dependency is back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from jobsys import BaseJob, Circuit, Discard, FailNow, JobContext, RetryIn, RetryPolicy, Snooze
from jobsys.application import circuit_breaker
from jobsys.application.circuit_breaker import CircuitBreaker
from jobsys.application.passage import Passage
from jobsys.domain.circuit import CircuitRule
from jobsys.domain.circuit_state import CircuitPhase, CircuitStatus
from jobsys.domain.circuit_steps import CircuitAnswer, CircuitStep
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.transition import Transition
from jobsys.ports.circuits import Circuits, KnownCircuits
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.metric_families import CIRCUIT_HOLDS
from jobsys.ports.worker_pool import StopReason
from jobsys.testing.until import until
from tests.support.bench import Bench

PERIOD = timedelta(seconds=60)


class Ignored(Exception):
    pass


BANK = Circuit("bank", failures=3, recover_after=PERIOD, ignores=(Ignored,))


class Call(BaseJob):
    retry = RetryPolicy(max_attempts=9, fail_on=("ValueError",))
    circuit = BANK
    name: str = ""


class Again(BaseJob):
    circuit = BANK


class Bank:
    """What the handlers call; it raises what it is told to."""

    def __init__(self, bench: Bench) -> None:
        self.failure: BaseException | None = None
        self.calls = 0
        self.meanwhile: Callable[[], Awaitable[object]] = _nothing
        bench.handlers.handles(Call)(self.answer)
        bench.handlers.handles(Again)(self.answer)

    async def answer(self, job: BaseJob, context: JobContext) -> None:
        self.calls += 1
        await self.meanwhile()
        if self.failure is not None:
            raise self.failure


async def _nothing() -> None: ...


@pytest.fixture(autouse=True)
def always_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bench's clock does not move with the loop's: what is known is always asked for anew."""
    monkeypatch.setattr(circuit_breaker, "LOOK_EVERY", 0.0)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def bank(bench: Bench) -> Bank:
    return Bank(bench)


async def status(bench: Bench) -> CircuitStatus:
    [one] = [one for one in await bench.service.circuits.states() if one.name == "bank"]
    return one


async def opened(bench: Bench, bank: Bank) -> None:
    bank.failure = ConnectionError("refused")
    for _ in range(3):
        await bench.carried_out(Call())
    assert (await status(bench)).phase is CircuitPhase.OPEN
    bank.calls = 0


def stood(record: JobRecord) -> tuple[JobStatus, Reason | None, int]:
    return record.status, record.standing.reason, record.attempts


HELD = (JobStatus.SCHEDULED, Reason.CIRCUIT, 0)


async def test_after_failures_in_a_row_jobs_of_every_type_of_the_circuit_are_held(
    bench: Bench, bank: Bank
) -> None:
    await opened(bench, bank)
    records = [await bench.carried_out(Call()), await bench.carried_out(Again())]
    assert [stood(record) for record in records] == [HELD] * 2
    assert bank.calls == 0
    due = records[0].standing.due_at
    assert due is not None
    assert PERIOD <= due - bench.clock.now() <= 1.1 * PERIOD
    assert bench.metrics.snapshot().number(CIRCUIT_HOLDS, "bank") == 2


async def test_it_tells_what_the_last_failure_said_its_secrets_masked_before_it_is_cut(
    bench: Bench, bank: Bank
) -> None:
    bank.failure = ConnectionError(f"{'x' * 60}\n refused  token={'s3cret' * 60} {'y' * 200}")
    await bench.carried_out(Call())
    told = await status(bench)
    assert told.last_error.startswith(f"ConnectionError: {'x' * 60} ref")
    assert (len(told.last_error) <= 200, "s3cret" in told.last_error) == (True, False)
    assert told.failing_since == bench.clock.now()
    bank.failure = ConnectionError("refused token=s3cret")
    await bench.carried_out(Call())
    assert (await status(bench)).last_error == "ConnectionError: refused token=***"
    assert told.job_types == {"call": "default", "again": "default"}


async def test_once_it_is_closed_what_it_held_comes_back_within_what_is_told(
    bench: Bench, bank: Bank
) -> None:
    await opened(bench, bank)
    bench.clock.advance(PERIOD / 2)
    record = await bench.carried_out(Call())
    closed = await bench.service.circuits.close("bank")
    assert closed.back_within == PERIOD / 2 + PERIOD / 10
    due = record.standing.due_at
    assert due is not None
    assert due - bench.clock.now() <= closed.back_within
    assert (await bench.service.circuits.close("bank")).back_within is None


async def test_a_success_in_between_begins_the_row_anew(bench: Bench, bank: Bank) -> None:
    for failure in (OSError(), OSError(), None, OSError(), OSError()):
        bank.failure = failure
        await bench.carried_out(Call())
    assert ((await status(bench)).phase, (await status(bench)).failures) == ("closed", 2)


@pytest.mark.parametrize(
    "failure",
    [FailNow(), Discard(), Snooze("1s"), RetryIn("1s"), ValueError(), Ignored()],
    ids=lambda failure: type(failure).__name__,
)
async def test_what_is_the_jobs_own_trouble_opens_nothing(
    bench: Bench, bank: Bank, failure: Exception
) -> None:
    bank.failure = failure
    for _ in range(4):
        await bench.carried_out(Call())
    assert (bank.calls, (await status(bench)).failures) == (4, 0)


async def test_once_its_time_is_up_one_job_tries_and_the_others_are_held(
    bench: Bench, bank: Bank
) -> None:
    await opened(bench, bank)
    bench.clock.advance(PERIOD)
    entered, answered = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        entered.set()
        await answered.wait()

    bank.failure, bank.meanwhile = None, slow
    probe = asyncio.create_task(bench.ran(await bench.leased(Call())))
    await entered.wait()
    assert (await status(bench)).phase is CircuitPhase.HALF_OPEN
    assert stood(await bench.carried_out(Call())) == HELD
    answered.set()
    assert (await bench.settled(await probe)).status is JobStatus.COMPLETED
    assert (await bench.carried_out(Call())).status is JobStatus.COMPLETED
    assert (await status(bench)).phase is CircuitPhase.CLOSED


async def test_a_probe_that_fails_opens_it_for_another_period(bench: Bench, bank: Bank) -> None:
    await opened(bench, bank)
    bench.clock.advance(PERIOD)
    assert (await bench.carried_out(Call())).status is JobStatus.RETRYING
    assert stood(await bench.carried_out(Call())) == HELD
    assert bank.calls == 1
    assert (await status(bench)).open_until == bench.clock.now() + PERIOD


@pytest.mark.parametrize("told_nothing", [Snooze("1s"), FailNow(), Ignored()], ids=repr)
async def test_a_probe_that_tells_nothing_leaves_its_right_to_the_next_job(
    bench: Bench, bank: Bank, told_nothing: Exception
) -> None:
    await opened(bench, bank)
    bench.clock.advance(PERIOD)
    bank.failure = told_nothing
    await bench.carried_out(Call())
    assert (await status(bench)).phase is CircuitPhase.HALF_OPEN
    bank.failure = None
    assert (await bench.carried_out(Call())).status is JobStatus.COMPLETED


async def test_a_probe_whose_worker_died_is_the_probe_again_when_its_job_runs_elsewhere(
    bench: Bench, bank: Bank
) -> None:
    await opened(bench, bank)
    bench.clock.advance(PERIOD)
    lease, other = [await bench.leased(Call(name=name)) for name in ("dies", "waits")]
    for _ in range(2):
        worker = CircuitBreaker(bench.circuits, bench.metrics, CircuitRule(""))
        admitted = await worker.admit(lease, BANK)
        assert isinstance(admitted, Passage)
        assert admitted.is_probe
        assert isinstance(await worker.admit(other, BANK), Transition)


async def test_of_attempts_that_fail_together_those_beyond_the_threshold_are_not_spent(
    bench: Bench, bank: Bank
) -> None:
    bank.failure = ConnectionError("refused")
    bank.meanwhile = lambda: asyncio.sleep(0)
    leases = [await bench.leased(Call(name=str(number))) for number in range(8)]
    ends = await asyncio.gather(*[bench.ran(lease) for lease in leases])
    records = [await bench.settled(end) for end in ends]
    assert bank.calls == 8
    assert sum(record.attempts for record in records) == 3
    assert [stood(record) for record in records].count(HELD) == 5


async def test_an_attempt_that_was_the_last_is_spent_also_after_the_circuit_has_opened(
    bench: Bench, bank: Bank
) -> None:
    bank.failure = ConnectionError("refused")
    once = RetryPolicy(max_attempts=1)
    leases = [await bench.leased(Call(name=str(number)), retry=once) for number in range(5)]
    ends = await asyncio.gather(*[bench.ran(lease) for lease in leases])
    assert {end.target for end in ends} == {JobStatus.FAILED}


async def test_an_operator_opens_and_closes_it(bench: Bench, bank: Bank) -> None:
    assert (await bench.service.circuits.open("bank")).by_hand
    bench.clock.advance(100 * PERIOD)
    held = await bench.carried_out(Call())
    assert stood(held) == HELD
    assert held.standing.due_at is not None
    assert held.standing.due_at - bench.clock.now() <= PERIOD
    await bench.service.circuits.close("bank")
    assert (await bench.carried_out(Call())).status is JobStatus.COMPLETED


async def test_a_job_that_a_circuit_has_held_for_long_is_not_unroutable_at_once(
    bench: Bench, bank: Bank
) -> None:
    await bench.service.circuits.open("bank")
    held = await bench.carried_out(Call())
    bench.clock.advance(timedelta(hours=5))
    await bench.queue.tick(["default"], 10)
    stranger = Bench()
    end = await stranger.executor.begin(await bench.claimed()).run()
    assert stood(await bench.settled(end)) == (JobStatus.SCHEDULED, Reason.UNROUTABLE, 0)
    assert held.id == end.record.id


class Silent(Circuits):
    """A backend that does not answer."""

    async def take(self, steps: Sequence[CircuitStep]) -> Sequence[CircuitAnswer]:
        raise QueueUnavailable("no answer")

    async def known(self) -> KnownCircuits:
        raise QueueUnavailable("no answer")


async def test_while_the_backend_knows_of_no_circuits_jobs_run(bench: Bench, bank: Bank) -> None:
    rule = CircuitRule("", 3)
    bench.executor.breaker = CircuitBreaker(Silent(), bench.metrics, rule)
    assert (await bench.carried_out(Call())).status is JobStatus.COMPLETED
    bank.failure = ConnectionError("refused")
    assert (await bench.carried_out(Call())).status is JobStatus.RETRYING


class Counted(Circuits):
    """Counts the calls to a backend."""

    def __init__(self, circuits: Circuits) -> None:
        self._circuits = circuits
        self.calls = 0

    async def take(self, steps: Sequence[CircuitStep]) -> Sequence[CircuitAnswer]:
        self.calls += 1
        await asyncio.sleep(0)
        return await self._circuits.take(steps)

    async def known(self) -> KnownCircuits:
        return await self._circuits.known()


async def test_jobs_of_a_closed_circuit_share_one_look_a_second(
    bench: Bench, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circuit_breaker, "LOOK_EVERY", 1.0)
    counted = Counted(bench.circuits)
    bench.executor.breaker = CircuitBreaker(counted, bench.metrics, CircuitRule("", 3))
    leases = [await bench.leased(Call(name=str(number))) for number in range(20)]
    await asyncio.gather(*[bench.ran(lease) for lease in leases])
    assert (bank.calls, counted.calls) == (20, 1)


async def test_an_attempt_that_is_left_behind_counts_for_its_circuit(
    bench: Bench, bank: Bank
) -> None:
    hangs = asyncio.Event()
    bank.meanwhile = hangs.wait
    attempt = bench.executor.begin(await bench.leased(Call()))
    running = asyncio.create_task(attempt.run())
    await until(lambda: bank.calls)
    end = attempt.left_behind(StopReason.TIMEOUT)
    assert end.target is JobStatus.RETRYING
    await until(lambda: bench.store.circuits.get("bank"))
    hangs.set()
    await running
    assert bench.store.circuits["bank"].failures == 1
