"""Which features there are, and which test shows each of them on every backend.

A test is `Suite::name` of a conformance suite, or `file::name` of a module that goes over the backends.
"""

from collections.abc import Mapping
from typing import Final

LIFE: Final = "tests/integration/test_life_of_a_job.py"
QUEUES: Final = "tests/integration/test_queue_policies.py"
LETTERS: Final = "tests/integration/test_dead_letters.py"
RACES: Final = "tests/integration/test_dead_letter_races.py"
EXPLAIN: Final = "tests/integration/test_explain.py"
LOGS: Final = "tests/integration/test_job_logs.py"
TRACING: Final = "tests/integration/test_tracing.py"
VERSIONS: Final = "tests/integration/test_versions.py"

FEATURES: Final[Mapping[str, Mapping[str, str]]] = {
    "Failure": {
        "a failed attempt is tried again when it is due": "JobQueue::test_a_failure_stores_its_error_and_when_the_job_is_due_again",
        "`FailNow`, `Discard`, `Snooze`, `RetryIn`": f"{LIFE}::test_what_a_handler_says_of_its_job_is_what_becomes_of_it",
        "the last ten errors are kept": "JobQueue::test_a_job_keeps_its_last_errors",
        "dead letters are found and counted by cause, replayed": f"{LETTERS}::test_all_that_failed_for_one_cause_are_found_counted_and_replayed",
        "a replayed job starts over": "JobQueue::test_a_replayed_job_starts_over",
        "an edited dead letter runs with the new payload": f"{LETTERS}::test_after_an_edit_the_replayed_job_runs_with_the_new_payload",
        "the payload that was replaced is kept": "JobInspector::test_the_payload_that_was_replaced_is_kept_whole_as_the_last_line_of_the_history",
        "of two editors one succeeds": f"{RACES}::test_of_two_editors_in_two_processes_one_succeeds_and_the_other_is_told",
        "a purge takes no letter that was replayed": f"{RACES}::test_a_purge_against_a_replay_takes_each_dead_letter_once",
        "a processor is called with a dead letter": f"{LETTERS}::test_a_processor_mends_what_fails_and_people_are_told_of_the_rest",
        "failures in a row open a circuit for everybody": "Circuits::test_failures_in_a_row_open_it_for_everybody_by_the_backends_clock",
        "one at a time probes": "Circuits::test_of_many_who_ask_at_the_same_time_as_many_may_probe_as_its_rule_says",
        "an open circuit holds jobs, no attempt is spent": f"{LIFE}::test_jobs_of_an_open_circuit_are_held_and_spend_nothing",
    },
    "Time and isolation": {
        "a time limit": f"{LIFE}::test_a_job_that_is_out_of_time_fails",
        "a thread that ignores it holds no slot": f"{LIFE}::test_a_thread_that_ignores_its_time_limit_fails_once_and_holds_no_slot",
        "a process is ended at it, whatever it does": f"{LIFE}::test_a_job_in_a_process_of_its_own_is_ended_at_its_time_limit",
        "a limit on memory": f"{LIFE}::test_a_job_over_its_memory_fails_and_its_worker_goes_on",
        "`start_within`": f"{LIFE}::test_a_job_that_nobody_began_in_time_is_cancelled",
        "`as_completed`": f"{LIFE}::test_jobs_are_followed_in_the_order_of_their_ends",
    },
    "Control": {
        "cancel of a waiting job": "JobQueue::test_a_cancelled_job_is_kept_as_long_as_the_move_says",
        "cancel of a running task, thread, process": f"{LIFE}::test_a_running_job_is_cancelled_whatever_it_runs_in",
        "pause and resume of a queue": "QueuePolicies::test_a_queue_that_is_paused_gives_no_job_out_and_says_that_none_waits",
        "pause and resume of a type": f"{QUEUES}::test_jobs_of_a_paused_type_are_held_back_and_spend_no_attempt",
        "a closed queue is drained": "QueuePolicies::test_a_queue_that_is_closed_takes_no_new_job_in",
        "another time for a waiting job": "JobQueue::test_a_rescheduled_job_is_due_when_the_move_says",
        "a bound on what waits": "QueuePolicies::test_of_many_who_submit_at_once_as_many_find_room_as_there_is",
        "one job at a time": "JobQueue::test_of_many_who_submit_at_once_one_is_let_in",
        "one at a time for a period": "JobQueue::test_one_that_holds_for_a_period_keeps_others_out_for_that_long_whatever_became_of_it",
        "low levels get their share": f"{QUEUES}::test_low_jobs_get_their_share_under_more_urgent_ones_than_can_be_done",
        "levels have slots reserved": f"{QUEUES}::test_levels_share_the_slots_of_a_worker_by_their_floors",
        "who starves is measured": "JobInspector::test_oldest_is_since_when_the_first_ready_job_of_each_level_is_ready",
        "progress with a message": f"{LIFE}::test_progress_and_its_message_are_seen_while_the_job_runs",
        "log lines are streamed": f"{LOGS}::test_lines_of_a_running_job_are_streamed_in_order",
        "a trace goes through handlers to child jobs": f"{TRACING}::test_submit_handler_and_child_job_are_one_trace",
        "workers tell of themselves": "Roster::test_a_card_is_put_in_the_place_of_the_workers_last_one",
        "why a job waits is told": f"{EXPLAIN}::test_a_job_of_a_paused_queue_or_type_begins_once_the_mend_is_done",
    },
    "Schedules": {
        "of many who fire, one does": "Scheduler::test_of_many_who_fire_one_does",
        "while the job before has not ended none is made": "Scheduler::test_while_the_job_before_has_not_ended_none_is_made",
        "`start`, `end`, `max_runs`, `jitter`, policies are kept": "Scheduler::test_a_rule_and_a_policy_that_say_all_come_back",
        "jitter delays the job, not its name": "Scheduler::test_a_job_with_a_delay_is_scheduled_and_due_so_long_after_its_fire_time",
        "missed fire times are passed over": "Scheduler::test_the_job_of_a_fire_time_that_comes_later_passes_over_those_before_it",
    },
    "Versions": {
        "a job of the last version reaches the new handler": f"{VERSIONS}::test_a_job_of_the_last_version_reaches_the_new_handler_as_the_new_class",
        "a newer job is left to who knows it": f"{VERSIONS}::test_a_job_of_the_next_version_is_left_to_the_worker_that_knows_it",
        "an unknown type is another worker's": f"{VERSIONS}::test_a_job_of_a_type_that_one_worker_lacks_is_soon_done_by_the_other",
    },
    "Effectively once": {
        "a submit repeated makes one job": "JobQueue::test_a_job_whose_id_exists_already_is_left_as_it_is",
        "a claim raises the fencing token": "JobQueue::test_each_takeover_raises_the_token_so_that_the_former_holder_has_lost_it",
        "a job in the host's own transaction": f"{LIFE}::test_a_job_written_in_the_hosts_transaction_is_done_and_one_rolled_back_is_not",
    },
}
