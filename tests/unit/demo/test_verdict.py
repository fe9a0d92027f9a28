"""The verdict finds whatever is not as it was promised, and nothing else."""

import pytest

from jobsys import JobStatus
from jobsys.demo.evidence import Check, Finding, Process, Seen
from jobsys.demo.ledger import Entry, Outcome
from jobsys.demo.verdict import verdict_on
from tests.unit.demo.good_demo import DRAINED, KILLED, KILLED_AT, LAST, Demo, good_demo
from tests.unit.demo.judging import judged, scenarios_not_ok


def test_a_demo_in_which_all_went_well_is_a_success() -> None:
    verdict = judged()
    assert verdict.mismatches == []
    assert scenarios_not_ok(verdict) == []
    assert verdict.exit_code == 0
    assert verdict.totals == {
        "jobs": 23,
        "completed": 22,
        "cancelled": 1,
        "failed": 0,
        "run twice": 1,
        "lost": 0,
    }


def test_one_missing_and_one_doubled_job_are_named_and_the_exit_code_is_1() -> None:
    verdict = judged(
        lambda demo: demo.stored.pop("file:0"),
        lambda demo: demo.run("file:1", LAST, 20.0, token=2),
    )
    assert verdict.exit_code == 1
    assert verdict.totals["lost"] == 1
    assert verdict.mismatches == [
        "file job file:0 is lost: the store does not have it",
        f"file job file:1 ran again in process {LAST} after it had succeeded",
    ]


def test_a_job_that_runs_in_two_processes_at_once_is_named() -> None:
    verdict = judged(lambda demo: demo.begin("low:1", LAST, 2.15, token=2))
    assert f"low job low:1 began in process {LAST} and never ended" in verdict.mismatches[0]
    demo = good_demo()
    demo.forget_runs("low:1")
    demo.run("low:1", DRAINED, 2.0, takes=9.0, outcome=Outcome.FAILED)
    demo.run("low:1", LAST, 3.0, token=2)
    assert verdict_on(demo.evidence()).mismatches == [
        f"low job low:1 ran in processes {DRAINED} and {LAST} at once"
    ]


def test_a_completed_job_that_no_run_of_the_ledger_ended_is_lost() -> None:
    verdict = judged(lambda demo: demo.forget_runs("file:0"))
    assert verdict.totals["lost"] == 1
    assert "no run of it succeeded in the ledger" in verdict.mismatches[0]
    assert verdict.exit_code == 1


def test_a_job_that_never_came_to_an_end_is_lost() -> None:
    verdict = judged(lambda demo: demo.stored.update({"low:1": Seen(JobStatus.PROCESSING)}))
    assert verdict.totals["lost"] == 1
    assert verdict.mismatches == [
        "low job low:1 is lost: it never came to an end, and is still processing"
    ]


def test_an_open_run_in_a_process_that_nobody_killed_is_named() -> None:
    def never_ends(demo: Demo) -> None:
        demo.forget_runs("low:1")
        demo.begin("low:1", DRAINED, 2.0)
        demo.run("low:1", LAST, 3.0, token=2)

    verdict = judged(never_ends)
    assert verdict.mismatches == [
        f"low job low:1 began in process {DRAINED} and never ended, though nobody killed it"
    ]


def test_an_end_without_a_beginning_is_named() -> None:
    stray = Entry("low:1", LAST, 9, 1, 20.0, Outcome.FAILED)
    verdict = judged(lambda demo: demo.ledger.append(stray))
    assert verdict.mismatches == [f"job low:1 ended in process {LAST}, and had not begun there"]


def test_a_wrong_checksum_is_named_and_the_file_row_is_not_ok() -> None:
    wrong = Check(Finding.WRONG, "'a.txt': its SHA-256 is not its source's")
    verdict = judged(lambda demo: demo.checks.update({"file:1": wrong}))
    assert verdict.mismatches == [
        "file job file:1 has a wrong output: 'a.txt': its SHA-256 is not its source's"
    ]
    assert scenarios_not_ok(verdict) == ["files"]


def test_a_file_job_whose_output_nobody_has_read_again_is_named() -> None:
    verdict = judged(lambda demo: demo.checks.pop("file:1"))
    assert verdict.mismatches == ["file job file:1 was not checked"]
    assert scenarios_not_ok(verdict) == ["files"]


@pytest.mark.parametrize("finding", [Finding.CHANGED, Finding.VANISHED])
@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.FAILED])
def test_a_file_that_changed_meanwhile_is_counted_and_nobody_is_to_blame(
    finding: Finding, status: JobStatus
) -> None:
    def changes(demo: Demo) -> None:
        demo.checks["file:1"] = Check(finding)
        if status is JobStatus.FAILED:
            demo.stored["file:1"] = Seen(status, attempts=3)
            demo.forget_runs("file:1")
            demo.run("file:1", DRAINED, 1.0, outcome=Outcome.FAILED)

    verdict = judged(changes)
    assert verdict.is_success
    assert verdict.rows[0].seen == f"1 of 2 equal, 1 {finding}"
    assert verdict.totals["lost"] == 0


def test_a_run_that_a_kill_interrupted_may_be_followed_by_another() -> None:
    def interrupted(demo: Demo) -> None:
        demo.forget_runs("file:0")
        demo.begin("file:0", KILLED, 4.8)
        demo.run("file:0", LAST, 15.0, token=3)

    verdict = judged(interrupted)
    assert verdict.is_success
    assert verdict.totals["run twice"] == 2


def test_a_run_whose_end_died_with_its_process_may_be_followed_by_another() -> None:
    def ended_and_untold(demo: Demo) -> None:
        demo.forget_runs("file:0")
        demo.run("file:0", KILLED, 4.8)
        demo.run("file:0", LAST, 15.0, token=3)

    told = judged(ended_and_untold)
    assert told.mismatches == [
        f"file job file:0 ran again in process {LAST} after it had succeeded"
    ]
    lost = Seen(JobStatus.COMPLETED, lost_in={1})
    untold = judged(ended_and_untold, lambda demo: demo.stored.update({"file:0": lost}))
    assert untold.is_success
    assert untold.totals["run twice"] == 2


def test_an_interrupted_job_that_ran_again_before_the_kill_is_named() -> None:
    verdict = judged(lambda demo: demo.forget_runs("killed:1"), _reruns_too_early)
    assert f"ran in processes {KILLED} and {LAST} at once" in verdict.mismatches[0]


def _reruns_too_early(demo: Demo) -> None:
    demo.begin("killed:1", KILLED, KILLED_AT - 0.5)
    demo.run("killed:1", LAST, KILLED_AT - 0.2, token=3)


def test_jobs_that_nobody_submitted_are_named() -> None:
    verdict = judged(
        lambda demo: demo.stored.update({"odd:1": Seen(JobStatus.COMPLETED)}),
        lambda demo: demo.run("odd:2", LAST, 20.0),
    )
    assert verdict.mismatches == [
        "job odd:1 is in the store, and nobody submitted it",
        "job odd:2 ran, and nobody submitted it",
    ]


def test_a_worker_that_did_not_end_with_0_is_named() -> None:
    worse = Process(LAST, "SIGTERM", 30.0, 1)
    verdict = judged(lambda demo: demo.processes.__setitem__(3, worse))
    assert verdict.mismatches == [f"process {LAST} ended with 1"]


def test_what_kept_the_demo_from_its_end_is_a_mismatch() -> None:
    verdict = judged(lambda demo: demo.troubles.append("nothing has moved for 120 s"))
    assert verdict.mismatches == ["nothing has moved for 120 s"]
