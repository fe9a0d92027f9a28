"""Each reason for which a job can wait is told by its code, its sentence, and its mend."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from jobsys.domain.attempt_error import REPLACED_CODE, AttemptError
from jobsys.domain.circuit_state import CircuitPhase, CircuitStatus
from jobsys.domain.envelope import Header
from jobsys.domain.explanation import MOST_AHEAD, Scene, WaitCode
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.queue_policy import DEFAULT_POLICY, QueuePolicy
from jobsys.domain.record import JobRecord, Standing
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.wait_rules import explained
from jobsys.domain.worker_card import WorkerCard
from jobsys.testing.suites.roster import ADA
from jobsys.testing.virtual_clock import START

CARD: Final = replace(ADA, queues=("mails",), types={"email": 2}, slots=4, active=0)
BUSY: Final = replace(CARD, active=4, rate=2.0)
MINUTE: Final = timedelta(minutes=1)
OPEN: Final = CircuitStatus(
    "smtp", CircuitPhase.OPEN, 10, START, START + MINUTE, False, (), "OSError: refused"
)
CLOSED: Final = replace(OPEN, phase=CircuitPhase.CLOSED, open_until=None, failures=0)


def record(
    status: JobStatus,
    reason: Reason | None = None,
    *,
    due_at: datetime | None = None,
    version: int = 1,
    lane: str = "",
) -> JobRecord:
    standing = Standing(
        status, JobPriority.NORMAL, START, lane=lane, due_at=due_at, attempts=1, reason=reason
    )
    header = Header(type="email", version=version)
    return JobRecord(JobId.of("mails", "a"), header, JobPayload(b"{}"), START, standing)


def scene(
    cards: Sequence[WorkerCard] = (CARD,),
    policy: QueuePolicy = DEFAULT_POLICY,
    ahead: int | None = None,
    circuit: CircuitStatus | None = None,
) -> Scene:
    return Scene(START, policy, cards, ahead, circuit)


LATER: Final = START + 90 * MINUTE
QUEUED: Final = record(JobStatus.QUEUED)
HELD: Final = record(JobStatus.SCHEDULED, Reason.CIRCUIT, due_at=LATER)
LOST: Final = record(JobStatus.SCHEDULED, Reason.UNROUTABLE, due_at=LATER)
BY_HAND: Final = replace(OPEN, open_until=None, by_hand=True)


EXAMPLES: Final = [
    (record(JobStatus.COMPLETED), scene(), "ended", "it is completed", "", None),
    (record(JobStatus.CANCELLED, Reason.EXPIRED), scene(), "ended", "(expired)", "", None),
    (
        record(JobStatus.FAILED, Reason.EXHAUSTED),
        scene(),
        "dead",
        "failed for good (exhausted)",
        "jobsys dlq replay mails:a",
        None,
    ),
    (record(JobStatus.PROCESSING, lane="ada.0"), scene(), "running", "worker ada", "", None),
    (
        record(JobStatus.PROCESSING, lane="bob.1"),
        scene(),
        "running",
        "worker bob, of which nothing is heard",
        "",
        None,
    ),
    (record(JobStatus.CANCELLING, lane="ada.0"), scene(), "stopping", "asked to stop", "", None),
    (record(JobStatus.BLOCKED), scene(), "parents", "jobs that it waits for", "", None),
    (
        HELD,
        scene(circuit=OPEN),
        "circuit",
        "it is held by circuit smtp, which is open after 10 failures in a row, the last with OSError: refused",
        "",
        LATER,
    ),
    (HELD, scene(circuit=CLOSED), "circuit", "it was held by its circuit", "", LATER),
    (QUEUED, scene(circuit=OPEN), "circuit", "it will be held by circuit smtp", "", START + MINUTE),
    (QUEUED, scene(circuit=BY_HAND), "circuit", "by hand", "jobsys circuit close smtp", None),
    (
        QUEUED,
        scene(policy=QueuePolicy(paused=True)),
        "queue_paused",
        "queue mails is paused",
        "jobsys queue resume mails",
        None,
    ),
    (
        QUEUED,
        scene(policy=QueuePolicy(paused_types=frozenset({"email"}))),
        "type_paused",
        "type email are held back",
        "jobsys queue resume mails --type email",
        None,
    ),
    (QUEUED, scene(()), "no_worker", "no live worker serves queue mails", "start one", None),
    (
        QUEUED,
        scene([replace(CARD, queues=("other",))]),
        "no_worker",
        "serves queue mails",
        "start one",
        None,
    ),
    (QUEUED, scene([replace(CARD, types={})]), "no_handler", "handler", "deploy", None),
    (LOST, scene([replace(CARD, types={})]), "no_handler", "handler", "deploy", None),
    (LOST, scene(), "delay", "1 h 30 min are left", "", LATER),
    (record(JobStatus.QUEUED, version=3), scene(), "no_version", "up to 2", "deploy", None),
    (record(JobStatus.RETRYING, due_at=LATER), scene(()), "retry", "attempt 1", "", LATER),
    (
        record(JobStatus.SCHEDULED, Reason.SNOOZED, due_at=LATER),
        scene(),
        "snoozed",
        "its handler put it off: 1 h 30 min",
        "",
        LATER,
    ),
    (record(JobStatus.SCHEDULED, due_at=LATER), scene(()), "delay", "1 h 30 min", "", LATER),
    (record(JobStatus.SCHEDULED, due_at=START), scene(()), "no_worker", "no live", "start", None),
    (QUEUED, scene([BUSY], ahead=9), "jobs_ahead", "9 jobs", "", START + timedelta(seconds=5)),
    (QUEUED, scene([replace(BUSY, rate=0)], ahead=9), "jobs_ahead", "9 jobs", "", None),
    (QUEUED, scene([BUSY], ahead=0), "slots", "all 4 slots are busy", "", START + MINUTE / 120),
    (QUEUED, scene(ahead=3), "next", "about to take it", "", START),
    (
        QUEUED,
        scene([replace(CARD, is_ready=False)], ahead=0),
        "not_ready",
        "start or stop",
        "jobsys workers",
        None,
    ),
]


@pytest.mark.parametrize(
    ("job", "around", "code", "sentence", "mend", "starts_at"),
    EXAMPLES,
)
def test_the_first_reason_that_holds_is_told(
    job: JobRecord,
    around: Scene,
    code: str,
    sentence: str,
    mend: str,
    starts_at: datetime | None,
) -> None:
    told = explained(job, around)
    assert (told.code, told.starts_at) == (code, starts_at), told.sentence
    assert sentence in told.sentence
    assert mend in told.mend
    assert bool(mend) == bool(told.mend)


def test_a_payload_that_was_replaced_is_not_told_as_what_failed() -> None:
    failed = AttemptError(attempt=1, at=START, code="SRV_6001", type="OSError", message="gone")
    edit = replacement_of(failed)
    dead = replace(record(JobStatus.FAILED, Reason.EXHAUSTED), errors=(failed, edit))
    assert explained(dead, scene()).sentence == "it failed for good (exhausted): OSError: gone"


def replacement_of(failed: AttemptError) -> AttemptError:
    """Returns the line that an edit leaves after a failure."""
    return failed.model_copy(update={"code": REPLACED_CODE, "message": '{"secret": 1}'})


def test_secrets_in_what_failed_are_not_told() -> None:
    told = "refused at redis://bob:hunter2@h/0 with password=hunter2 " + "x" * 300
    failed = AttemptError(attempt=1, at=START, code="SRV_6001", type="OSError", message=told)
    dead = replace(record(JobStatus.FAILED), errors=(failed,))
    assert "hunter2" not in explained(dead, scene()).sentence


def test_where_workers_take_few_of_a_queue_at_once_a_job_waits_for_their_slots() -> None:
    bound = replace(CARD, bounds={"mails": 1}, active=1)
    told = explained(QUEUED, scene([bound], ahead=0))
    assert (told.code, told.starts_at) == (WaitCode.SLOTS, None)
    assert "at most 1 jobs of queue mails at once" in told.sentence


def test_of_very_many_jobs_ahead_no_time_is_foretold() -> None:
    told = explained(QUEUED, scene([BUSY], ahead=MOST_AHEAD))
    assert (told.code, told.starts_at) == (WaitCode.AHEAD, None)
    assert "10000 jobs or more" in told.sentence


def test_each_code_has_an_example() -> None:
    assert {example[2] for example in EXAMPLES} == set(WaitCode)
