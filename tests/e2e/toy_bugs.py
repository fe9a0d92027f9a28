"""Promises to be broken in a copy of the toy adapter, each with tests whose names say which it was."""

from dataclasses import dataclass

from tests.support.copies import Bug

STORE, QUEUE = "toy_store.py", "toy_queue.py"


@dataclass(frozen=True)
class NamedBug(Bug):
    """A change of one place, and the names of tests that fail by it, among others."""

    named: tuple[str, ...]


BUGS = [
    NamedBug(
        "no token check",
        STORE,
        "(job.stands.token, job.stands.lane) == (by.token, by.lane)",
        "job.stands.lane == by.lane",
        (
            "test_a_transition_with_a_stale_token_is_refused_as_lost",
            "test_a_lease_that_another_token_holds_by_now_is_lost_and_nothing_is_changed",
        ),
    ),
    NamedBug(
        "lane not compared",
        STORE,
        "(job.stands.token, job.stands.lane) == (by.token, by.lane)",
        "job.stands.token == by.token",
        (
            "test_a_transition_with_another_lane_is_refused_as_lost",
            "test_a_lease_that_another_lane_holds_by_now_is_lost_and_nothing_is_changed",
        ),
    ),
    NamedBug(
        "claims the newest first",
        STORE,
        "(j.stands.priority, j.place)",
        "(j.stands.priority, -j.place)",
        (
            "test_a_job_that_is_due_now_goes_to_the_tail_of_its_levels_ready_list",
            "test_jobs_are_claimed_by_level_the_most_urgent_first_and_from_the_head",
        ),
    ),
    NamedBug(
        "levels ignored",
        QUEUE,
        "wish.levels.index(job.stands.priority)",
        "-wish.levels.index(job.stands.priority)",
        (
            "test_jobs_are_claimed_by_level_the_most_urgent_first_and_from_the_head",
            "test_a_claim_that_names_levels_gets_jobs_of_these_alone_in_its_order",
        ),
    ),
    NamedBug(
        "a repeated ticket claims again",
        QUEUE,
        "if ticket.number != number:",
        "if ticket.number >= number:",
        (
            "test_a_ticket_repeated_is_answered_with_the_leases_of_its_first_call",
            "test_a_reclaim_repeated_is_answered_as_a_repeated_turn_is",
        ),
    ),
    NamedBug(
        "a repeated id makes a second job",
        QUEUE,
        "if new.job_id in self._store.jobs:",
        "if new.job_id in ():",
        (
            "test_a_job_whose_id_exists_already_is_left_as_it_is",
            "test_an_id_that_comes_twice_in_one_call_is_stored_once",
        ),
    ),
    NamedBug(
        "a delayed job is claimed early",
        QUEUE,
        "store.past(queue, DELAYED)",
        "store.found(queue, DELAYED)",
        ("test_a_job_that_is_due_later_is_scheduled_and_not_claimed_before_it_is_due",),
    ),
    NamedBug(
        "reclaim takes a living lease",
        QUEUE,
        "if j.until <= now or worker_of(j.stands.lane) in sweep.gone",
        "if j.until or worker_of(j.stands.lane) in sweep.gone",
        ("test_a_lease_that_has_not_run_out_is_left_alone",),
    ),
    NamedBug(
        "cancel leaves the job in its list",
        STORE,
        "if j.stands.status in states]",
        "if j.stands.status in states or (states, j.stands.status) == (READY, 'cancelled')]",
        ("test_a_job_cancelled_while_it_waits_is_not_claimed_any_more",),
    ),
    NamedBug(
        "release spends an attempt",
        QUEUE,
        "replace(end.after, changed_at",
        "replace(end.after, attempts=end.after.attempts + end.at_head, changed_at",
        (
            "test_the_end_of_a_lease_leads_where_the_table_says",
            "test_a_crashed_job_goes_back_to_the_head_and_spends_no_attempt",
        ),
    ),
    NamedBug(
        "the renewal of a lost lease is held",
        QUEUE,
        "return LeaseState.LOST",
        "return LeaseState.HELD",
        (
            "test_a_lease_that_has_ended_is_lost_and_nothing_is_changed",
            "test_a_lease_of_a_job_that_is_gone_is_lost",
        ),
    ),
]
