"""From when on something is amiss, and how it is told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobsys.application.dead_letter_search import DeadLetterGroup, DeadLetterSummary
from jobsys.application.doctor import failure_rules, slow_rules, store_rules, worker_rules
from jobsys.application.doctor.examination import CHECKS, Rule, examined, standing_of
from jobsys.application.doctor.finding import MOST_TOLD, Code, Finding, Standing
from jobsys.application.doctor.scene import Scene
from jobsys.application.floods import Flood
from jobsys.application.overview import Overview
from jobsys.application.queues import QueueView
from jobsys.application.workers import WorkerView
from jobsys.domain.circuit_state import CircuitPhase, CircuitStatus
from jobsys.domain.dead_letter import Cause
from jobsys.domain.job_id import JobId
from jobsys.domain.priority import JobPriority
from jobsys.domain.queue_policy import QueuePolicy
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.worker_card import WorkerCard
from jobsys.ports.durability import Severity, Weakness
from jobsys.ports.job_inspector import QueueCounts
from jobsys.ports.room import Room

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def queue(*, paused: bool = False, age: timedelta | None = None, **now: int) -> QueueView:
    standing = {status: now.get(status.value, 0) for status in JobStatus}
    oldest = {} if age is None else {JobPriority.NORMAL: NOW - age}
    return QueueView(QueueCounts(standing, standing, {}, oldest), QueuePolicy(paused=paused))


def worker(
    *,
    name: str = "w1",
    age: timedelta = SECOND,
    is_ready: bool = True,
    release: str = "1",
    types: Mapping[str, int] | None = None,
) -> WorkerView:
    card = WorkerCard(
        worker=name,
        host="here",
        pid=7,
        started_at=NOW - timedelta(hours=1),
        release=release,
        queues=["mails"],
        types=types or {},
        slots=4,
        active=4,
        rate=2.0,
        is_ready=is_ready,
    )
    return WorkerView(card, age)


def scene(
    overview: Overview,
    *,
    room: Room | None = None,
    skew: timedelta | None = None,
    letters: DeadLetterSummary | None = None,
    arrivals: Mapping[str, float] | None = None,
) -> Scene:
    return Scene(
        now=NOW,
        overview=overview,
        room=room or Room("nowhere"),
        skew=skew,
        schedules=(),
        letters=letters or DeadLetterSummary((), 0, more=False),
        retrying=(),
        unroutable=(),
        arrivals=arrivals or {},
    )


def found(rule: Rule, there: Scene) -> list[tuple[Code, Standing]]:
    return [(one.code, one.standing) for one in rule(there)]


def only(rule: Rule, there: Scene) -> Finding:
    [one] = rule(there)
    return one


EMPTY = Overview(NOW)


@pytest.mark.parametrize(
    ("free", "standing"), [(11, None), (9, Standing.WARNING), (4, Standing.TROUBLE)]
)
def test_little_room_is_a_warning_and_less_is_trouble(free: int, standing: Standing | None) -> None:
    there = scene(EMPTY, room=Room("the disk", 1, free, 100))
    expected = [] if standing is None else [(Code.STORE_NEARLY_FULL, standing)]
    assert found(store_rules.memory, there) == expected


def test_the_queue_that_keeps_the_most_ended_jobs_is_named_and_emptied() -> None:
    queues = {"a": queue(completed=1), "b": queue(completed=2, cancelled=3)}
    one = only(store_rules.memory, scene(Overview(NOW, queues), room=Room("it", 1, 0, 100)))
    assert "6 ended jobs are kept, 5 of them in queue b" in one.sentence
    assert one.command.startswith("jobsys queue purge b --status completed --status cancelled")


def test_a_store_that_cannot_tell_its_room_is_no_finding() -> None:
    assert not found(store_rules.memory, scene(EMPTY))


def test_a_weakness_that_the_url_asks_for_is_no_finding() -> None:
    weak = [Weakness(f"W_{level.name}", level, "told", "mend") for level in Severity]
    there = scene(Overview(NOW, weaknesses=weak))
    standings = [standing for _, standing in found(store_rules.durability, there)]
    assert standings == [Standing.TROUBLE, Standing.WARNING]


@pytest.mark.parametrize(("seconds", "told"), [(4, 0), (-4, 0), (6, 1), (-6, 1)])
def test_clocks_may_differ_by_five_seconds(seconds: int, told: int) -> None:
    assert len(found(store_rules.clock, scene(EMPTY, skew=seconds * SECOND))) == told


def test_workers_of_two_releases_are_told() -> None:
    workers = [worker(release="1"), worker(release="2"), worker(release="2")]
    one = only(store_rules.releases, scene(Overview(NOW, workers=workers)))
    assert "2 releases of jobsys run: 1 of 1, 2 of 2" in one.sentence
    assert not found(store_rules.releases, scene(Overview(NOW, workers=workers[1:])))


def test_workers_that_are_not_ready_are_no_missing_ones() -> None:
    there = scene(Overview(NOW, {"mails": queue(queued=3)}, [worker(is_ready=False)]))
    assert found(worker_rules.unserved, there) == [(Code.WORKERS_NOT_READY, Standing.TROUBLE)]


def test_a_queue_whose_jobs_all_wait_for_their_time_is_less_urgent() -> None:
    there = scene(Overview(NOW, {"mails": queue(scheduled=3), "done": queue(completed=9)}))
    assert found(worker_rules.unserved, there) == [(Code.NO_WORKER, Standing.WARNING)]


def test_a_silent_worker_is_told_of_its_queue_as_well() -> None:
    there = scene(Overview(NOW, {"mails": queue(queued=3)}, [worker(age=timedelta(minutes=2))]))
    assert "; 1 that did are not heard of any more" in only(worker_rules.unserved, there).sentence
    assert "was not heard of for 2 min" in only(worker_rules.silent, there).sentence


def test_a_circuit_that_opened_by_itself_is_trouble() -> None:
    open_one = CircuitStatus("smtp", CircuitPhase.OPEN, 5, NOW, NOW + SECOND, False, ())
    closed = CircuitStatus("http", CircuitPhase.CLOSED, 0, None, None, False, ())
    there = scene(Overview(NOW, circuits=[open_one, closed]))
    assert found(worker_rules.circuits, there) == [(Code.CIRCUIT_OPEN, Standing.TROUBLE)]


def test_an_open_circuit_tells_whom_it_holds_why_since_when_and_for_how_long_yet() -> None:
    circuit = CircuitStatus(
        "smtp",
        CircuitPhase.OPEN,
        failures=5,
        changed_at=NOW,
        open_until=NOW + SECOND,
        by_hand=False,
        probes=(),
        last_error="ConnectionError: mail.example.com refused",
        failing_since=NOW - timedelta(minutes=3),
        job_types={"welcome": "mails", "newsletter": "mails"},
        back_within=timedelta(minutes=2),
    )
    one = only(worker_rules.circuits, scene(Overview(NOW, circuits=[circuit])))
    assert one.sentence == (
        "circuit smtp is open and holds jobs of welcome, newsletter after 5 failures in a row,"
        " the first 3 min ago, the last with ConnectionError: mail.example.com refused"
    )
    assert one.mend.endswith("closed; once it is closed, its jobs come back within 2 min")


@pytest.mark.parametrize(
    ("come", "expected"),
    [(1.0, (Code.WAITS_LONG, Standing.WARNING)), (3.0, (Code.FALLING_BEHIND, Standing.TROUBLE))],
)
def test_more_arrivals_than_ends_are_worse_than_a_long_wait(
    come: float, expected: tuple[Code, Standing]
) -> None:
    queues = {"mails": queue(queued=9, age=timedelta(minutes=2))}
    there = scene(Overview(NOW, queues, [worker()]), arrivals={"mails": come})
    assert found(slow_rules.slow, there) == [expected]
    one = only(slow_rules.slow, there)
    assert (
        f"4 of 4 slots are busy, its workers end 2 jobs a second, {come:.3g} come" in one.sentence
    )


def test_a_late_queue_tells_the_type_that_floods_it_and_how_that_is_held() -> None:
    queues = {"mails": queue(queued=900, age=timedelta(minutes=2))}
    flooded = Overview(NOW, queues, [worker()], floods={"mails": Flood("a b", 93, 100)})
    one = only(slow_rules.slow, scene(flooded))
    assert one.sentence.endswith("; 93 of the first 100 are of type a b")
    assert "`jobsys queue pause mails --type 'a b'`" in one.mend
    assert (one.name, one.job_type) == ("mails", "a b")
    alone = only(slow_rules.slow, scene(replace(flooded, floods={})))
    assert ("type" in alone.sentence, "pause" in alone.mend, alone.job_type) == (False, False, "")


@pytest.mark.parametrize("paused", [False, True])
def test_a_minute_is_not_long_and_a_paused_queue_is_not_slow(paused: bool) -> None:
    age = timedelta(minutes=5) if paused else timedelta(seconds=60)
    queues = {"mails": queue(queued=9, age=age, paused=paused)}
    assert not found(slow_rules.slow, scene(Overview(NOW, queues, [worker()])))


@pytest.mark.parametrize(
    ("total", "standing"), [(9, None), (10, Standing.WARNING), (1_000, Standing.TROUBLE)]
)
def test_ten_dead_letters_are_many_and_a_thousand_are_trouble(
    total: int, standing: Standing | None
) -> None:
    there = scene(EMPTY, letters=DeadLetterSummary([group(total)], total, more=False))
    expected = [] if standing is None else [(Code.DEAD_LETTERS, standing)]
    assert found(failure_rules.dead_letters, there) == expected


def test_dead_letters_without_an_error_are_replayed_by_their_reason_quoted() -> None:
    letters = DeadLetterSummary([group(10, Reason.CORRUPT)], 10, more=True)
    one = only(failure_rules.dead_letters, scene(EMPTY, letters=letters))
    assert one.command == "jobsys dlq replay --queue mails --type 'a b' --reason corrupt"
    assert "10 of 10 dead letters or more" in one.sentence
    assert "the first 1 d ago, the last 1 h ago" in one.sentence


def group(count: int, reason: Reason | None = None) -> DeadLetterGroup:
    cause = Cause("mails", "a b", reason, "" if reason else "OSError")
    first, last = NOW - timedelta(days=1), NOW - timedelta(hours=1)
    return DeadLetterGroup(cause, count, first, last, JobId.of("mails", "x"), "")


def test_the_worst_is_told_first_and_no_more_than_five_of_a_check() -> None:
    late = {f"late{number}": queue(scheduled=1) for number in range(7)}
    results = examined(scene(Overview(NOW, {**late, "urgent": queue(queued=1)})))
    assert [one.check for one in results] == ["backend", *(check.name for check in CHECKS)]
    [processing] = [one for one in results if one.findings]
    assert (len(processing.findings), processing.more) == (MOST_TOLD, 3)
    assert "queue urgent" in processing.findings[0].sentence
    assert standing_of(results) is Standing.TROUBLE
    assert standing_of(examined(scene(EMPTY))) is Standing.OK
