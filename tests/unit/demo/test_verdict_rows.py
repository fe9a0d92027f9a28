"""Each row of the table is not ok where its own promise was broken."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from jobsys import JobStatus
from jobsys.demo.evidence import Check, Finding, Role, Seen
from jobsys.demo.ledger import Outcome
from tests.unit.demo.good_demo import DRAINED, KILLED, LAST, RELEASED, Demo
from tests.unit.demo.judging import judged, scenarios_not_ok


def completed_late(demo: Demo) -> None:
    demo.forget_runs("high:1")
    demo.run("high:1", DRAINED, 20.0)


def begun_early(demo: Demo) -> None:
    demo.notes.not_before["delayed:1"] = 4.3


def retried_once(demo: Demo) -> None:
    demo.stored["flaky:1"] = Seen(JobStatus.COMPLETED, attempts=1)


def never_dead(demo: Demo) -> None:
    demo.dead_letters = 0


def run_in_spite_of_its_cancel(demo: Demo) -> None:
    demo.run("cancelled:1", DRAINED, 2.0, outcome=Outcome.FAILED)


def killed_between_jobs(demo: Demo) -> None:
    demo.ledger = [e for e in demo.ledger if e.pid != KILLED]


def ended_before_the_signal(demo: Demo) -> None:
    demo.forget_runs("drained:1")
    demo.run("drained:1", DRAINED, 6.0)


def attempt_spent(demo: Demo) -> None:
    demo.forget_runs("released:1")
    demo.run("released:1", RELEASED, 8.9, takes=2.1, outcome=Outcome.STOPPED)
    demo.run("released:1", LAST, 11.1, token=2, attempt=2)


def waiting_job_run_twice(demo: Demo) -> None:
    demo.run("low:1", LAST, 9.0, token=2)


def waiting_job_that_failed(demo: Demo) -> None:
    demo.stored["low:1"] = Seen(JobStatus.FAILED)


def fire_time_without_a_job(demo: Demo) -> None:
    demo.notes.fired = 4


def fire_time_run_twice(demo: Demo) -> None:
    demo.run("tick:1", LAST, 9.0, token=2)


def fired_once_only(demo: Demo) -> None:
    for job_id in ("tick:1", "tick:2"):
        del demo.submitted[job_id], demo.stored[job_id]
        demo.forget_runs(job_id)
    demo.notes.fired = 1


def never_stopped(demo: Demo) -> None:
    demo.forget_runs("slow:1")
    demo.run("slow:1", LAST, 2.0)


def stopped_too_early(demo: Demo) -> None:
    demo.forget_runs("slow:1")
    demo.run("slow:1", DRAINED, 1.0, takes=0.1, outcome=Outcome.STOPPED)
    demo.run("slow:1", LAST, 2.0, token=2, attempt=2)


def stopped_for_another_reason(demo: Demo) -> None:
    demo.stored["slow:1"] = Seen(JobStatus.COMPLETED, 1, ["SRV_6001"])


def called_twice(demo: Demo) -> None:
    demo.notes.calls.append(1.3)


def never_called(demo: Demo) -> None:
    demo.notes.calls.clear()


def called_before_the_return(demo: Demo) -> None:
    demo.notes.calls[:] = [0.9]


def not_heard(demo: Demo) -> None:
    demo.notes.heard.remove("heard:1")


def heard_twice(demo: Demo) -> None:
    demo.notes.heard.append("heard:1")


def another_heard_twice(demo: Demo) -> None:
    demo.notes.heard.append("low:0")


def heard_of_an_end_that_was_none(demo: Demo) -> None:
    demo.notes.heard.append("cancelled:1")


def counted_one_submit_too_few(demo: Demo) -> None:
    counted = demo.counted()
    demo.metrics = replace(counted, enqueued=counted.enqueued - 1)


def counted_one_attempt_twice(demo: Demo) -> None:
    counted = demo.counted()
    tally = counted.tallies[LAST]
    more = replace(tally, completed=tally.completed + 1)
    demo.metrics = replace(counted, tallies={**counted.tallies, LAST: more})


def counted_a_failure_too_few(demo: Demo) -> None:
    counted = demo.counted()
    tally = counted.tallies[DRAINED]
    fewer = replace(tally, failed=tally.failed - 1)
    demo.metrics = replace(counted, tallies={**counted.tallies, DRAINED: fewer})


def a_process_that_left_no_metrics(demo: Demo) -> None:
    counted = demo.counted()
    tallies = {pid: tally for pid, tally in counted.tallies.items() if pid != LAST}
    demo.metrics = replace(counted, tallies=tallies)


def a_store_that_counts_what_it_does_not_list(demo: Demo) -> None:
    counted = demo.counted()
    counts = {**counted.counts, JobStatus.FAILED: 1}
    demo.metrics = replace(counted, counts=counts)


def mail_that_says_otherwise(demo: Demo) -> None:
    demo.checks["file:3"] = Check(Finding.WRONG, "it says otherwise")


def mail_that_nobody_read(demo: Demo) -> None:
    del demo.checks["file:3"]


def dry_run_that_removed(demo: Demo) -> None:
    demo.checks["file:4"] = Check(Finding.WRONG, "named 3, left 2 of 5")


def cleanup_that_removed_nothing(demo: Demo) -> None:
    demo.checks["file:5"] = Check(Finding.WRONG, "left 5 of 5")


@pytest.mark.parametrize(
    ("change", "scenario"),
    [
        (completed_late, "priority"),
        (begun_early, "delay"),
        (retried_once, "retry"),
        (never_dead, "dead letter"),
        (run_in_spite_of_its_cancel, "cancel"),
        (killed_between_jobs, "SIGKILL"),
        (ended_before_the_signal, "SIGTERM, in time"),
        (attempt_spent, "SIGTERM, too long"),
        (waiting_job_run_twice, "queue"),
        (waiting_job_that_failed, "queue"),
        (fire_time_without_a_job, "schedule"),
        (fire_time_run_twice, "schedule"),
        (fired_once_only, "schedule"),
        (never_stopped, "timeout"),
        (stopped_too_early, "timeout"),
        (stopped_for_another_reason, "timeout"),
        (called_twice, "fire and forget"),
        (never_called, "fire and forget"),
        (called_before_the_return, "fire and forget"),
        (not_heard, "events"),
        (heard_twice, "events"),
        (another_heard_twice, "events"),
        (heard_of_an_end_that_was_none, "events"),
        (counted_one_submit_too_few, "monitoring"),
        (counted_one_attempt_twice, "monitoring"),
        (counted_a_failure_too_few, "monitoring"),
        (a_process_that_left_no_metrics, "monitoring"),
        (a_store_that_counts_what_it_does_not_list, "monitoring"),
        (mail_that_says_otherwise, "e-mail"),
        (mail_that_nobody_read, "e-mail"),
        (dry_run_that_removed, "clean-up"),
        (cleanup_that_removed_nothing, "clean-up"),
    ],
)
def test_a_broken_promise_shows_in_its_row(change: Callable[[Demo], object], scenario: str) -> None:
    verdict = judged(change)
    assert scenarios_not_ok(verdict) == [scenario]
    assert verdict.exit_code == 1


def test_a_job_that_is_to_be_looked_at_and_was_not_is_named() -> None:
    assert judged(mail_that_nobody_read).mismatches == ["e-mail job file:3 was not checked"]


def test_a_waiting_job_whose_end_died_with_its_process_is_completed_once() -> None:
    def ended_and_untold(demo: Demo) -> None:
        demo.forget_runs("low:1")
        demo.run("low:1", KILLED, 4.8)
        demo.run("low:1", LAST, 15.0, token=3)
        demo.stored["low:1"] = Seen(JobStatus.COMPLETED, lost_in={1})

    assert judged(ended_and_untold).is_success


def test_an_attempt_that_was_stored_counts_although_the_next_died_before_it_began() -> None:
    def killed_before_it_began(demo: Demo) -> None:
        demo.forget_runs("broken:1")
        demo.run("broken:1", KILLED, 4.0, outcome=Outcome.FAILED)
        for attempt in (2, 3):
            demo.run("broken:1", LAST, 13.0 + attempt, attempt=attempt, outcome=Outcome.FAILED)
        demo.run("broken:1", LAST, 17.0, token=5)
        demo.stored["broken:1"] = Seen(JobStatus.COMPLETED, lost_in={2})

    assert judged(killed_before_it_began).is_success


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.THUMBNAIL])
def test_no_scenario_may_be_left_out(role: Role) -> None:
    def left_out(demo: Demo) -> None:
        for job_id in [job_id for job_id, of in demo.submitted.items() if of is role]:
            del demo.submitted[job_id], demo.stored[job_id]
            demo.forget_runs(job_id)
            demo.notes.heard = [heard for heard in demo.notes.heard if heard != job_id]

    verdict = judged(left_out)
    assert scenarios_not_ok(verdict) != []
    assert verdict.exit_code == 1
