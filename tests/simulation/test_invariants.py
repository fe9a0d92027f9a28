"""Each invariant tells what is wrong, and says nothing of what is right."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jobsys.adapters.memory.job_queue import MemoryJobQueue
from jobsys.adapters.memory.store import MemoryStore
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.schedule import Firing
from jobsys.domain.status import JobStatus
from jobsys.domain.transition import Transition
from jobsys.ports.job_queue import LeaseState, Moved, Renewal
from jobsys.ports.submission import Submission
from jobsys.ports.turn import Claim, Turn, TurnTicket
from jobsys.testing.simulation import invariants
from jobsys.testing.simulation.ledger import Ledger
from jobsys.testing.virtual_clock import START, VirtualClock

JOB = JobId.of("a", "j")
LEASE_FOR = timedelta(seconds=3)


class Scene:
    """A queue in memory, and the ledger of what is done to it."""

    def __init__(self) -> None:
        clock = VirtualClock()
        self.store = MemoryStore()
        self.ledger = Ledger(self.store, clock)
        self._queue = MemoryJobQueue(self.store, clock)
        self._turns = 0

    async def submit(self) -> None:
        submissions = [Submission(JOB, Header(type="act"), JobPayload(b"{}"))]
        self.ledger.submitted(submissions, await self._queue.enqueue(submissions))
        self.ledger.accept(JOB)

    async def turn(self, *settle: Transition) -> list[Lease]:
        self._turns += 1
        ticket = TurnTicket("lane", self._turns)
        turn = await self._queue.turn(ticket, settle, [Claim("a", 1)], LEASE_FOR)
        self.ledger.turned(ticket, settle, turn)
        return list(turn.leases)

    def seen(self, turn: Turn, *settled: Transition) -> None:
        """Writes a turn down that no queue has taken."""
        self._turns += 1
        self.ledger.turned(TurnTicket("lane", self._turns), settled, turn)

    def wrong(self) -> set[str]:
        """Returns the names of the invariants that do not hold."""
        every = (*invariants.AFTER_EACH_CALL, *invariants.AT_THE_END)
        return {holds.__name__ for holds in every if list(holds(self.ledger, self.store))}


@pytest.fixture
async def scene() -> Scene:
    """A job that was submitted and claimed."""
    scene = Scene()
    await scene.submit()
    return scene


async def test_of_a_job_that_went_its_way_nothing_is_wrong(scene: Scene) -> None:
    [lease] = await scene.turn()
    await scene.turn(lease.succeeded(None))
    assert scene.wrong() == set()


async def test_a_job_that_has_not_ended_is_told(scene: Scene) -> None:
    assert scene.wrong() == {"everything_ended"}


async def test_an_accepted_job_that_is_gone_is_told(scene: Scene) -> None:
    scene.store.queue("a").remove("j")
    assert "accepted_jobs_stay" in scene.wrong()


async def test_an_accepted_job_in_a_state_that_nobody_saw_is_told(scene: Scene) -> None:
    job = scene.store.queue("a").jobs["j"]
    scene.store.queue("a").place("j", replace(job.standing, status=JobStatus.COMPLETED), 0)
    assert "accepted_jobs_stay" in scene.wrong()


async def test_a_token_given_out_twice_is_told(scene: Scene) -> None:
    leases = await scene.turn()
    scene.seen(Turn(leases))
    assert "tokens_only_grow" in scene.wrong()


async def test_a_renewal_under_an_old_token_is_told(scene: Scene) -> None:
    await scene.turn()
    scene.ledger.renewed([Renewal(JOB, 0, "lane")], [LeaseState.HELD])
    assert "tokens_only_grow" in scene.wrong()


async def test_an_end_under_an_old_token_is_told(scene: Scene) -> None:
    [old] = await scene.turn()
    [new] = await scene.turn(old.released())
    scene.seen(Turn(), new.released())
    assert "tokens_only_grow" not in scene.wrong()
    scene.seen(Turn(), old.succeeded(None))
    assert "tokens_only_grow" in scene.wrong()


async def test_a_second_outcome_is_told(scene: Scene) -> None:
    [lease] = await scene.turn()
    await scene.turn(lease.succeeded(None))
    scene.seen(Turn(), lease.succeeded(None))
    assert "one_outcome" in scene.wrong()


async def test_a_job_in_two_places_is_told(scene: Scene) -> None:
    await scene.turn()
    scene.store.queue("a").ready[JobPriority.NORMAL]["j"] = None
    assert "one_place" in scene.wrong()


async def test_a_job_in_no_place_is_told(scene: Scene) -> None:
    await scene.turn()
    scene.store.queue("a").leased.discard("j")
    assert "one_place" in scene.wrong()


async def test_a_job_in_the_place_of_another_state_is_told(scene: Scene) -> None:
    await scene.turn()
    scene.store.queue("a").leased.discard("j")
    scene.store.queue("a").done.put("j", 0)
    assert "one_place" in scene.wrong()


@pytest.mark.parametrize("which", ["now", "ever"])
async def test_a_counter_that_is_off_is_told(scene: Scene, which: str) -> None:
    getattr(scene.store.queue("a"), which)[JobStatus.FAILED] += 1
    assert "counters_are_the_ledger" in scene.wrong()


async def test_a_start_before_the_due_time_is_told(scene: Scene) -> None:
    [lease] = await scene.turn()
    scene.ledger.lives[JOB].due = START + timedelta(milliseconds=1)
    scene.seen(Turn([lease]))
    assert "nothing_starts_early" in scene.wrong()


async def test_a_change_that_the_domain_does_not_know_is_told(scene: Scene) -> None:
    await scene.turn()
    for before, after in (("processing", "cancelling"), ("cancelling", "retrying")):
        scene.ledger.moved([Moved(JOB, JobStatus(before), JobStatus(after), applied=True)])
    assert "moves_are_in_the_table" in scene.wrong()


@pytest.mark.parametrize(("seconds", "is_wrong"), [(2, False), (4, True), (0, True)])
def test_a_fire_time_that_is_left_out_or_repeated_is_told(seconds: int, is_wrong: bool) -> None:
    scene = Scene()
    for at in (START, START + timedelta(seconds=seconds)):
        scene.ledger.fired([firing(at)], [True])
    assert ("no_fire_time_is_missed" in scene.wrong()) is is_wrong


def firing(at: datetime) -> Firing:
    return Firing(JobId.of("a", "tick"), at, None, fire_at=at)
