"""How free slots are shared among queues."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobsys.application.claim_plan import LARGEST_CLAIM, LOOK_AROUND_EVERY, ClaimPlan
from jobsys.application.queue_bounds import QueueBounds
from jobsys.ports.errors import QueueDamaged
from jobsys.ports.turn import Turn

QUEUES = ["a", "b", "c"]


def plan(**waiting: int) -> ClaimPlan:
    made = ClaimPlan(QUEUES)
    made.learn([], Turn(waiting=dict.fromkeys(QUEUES, 0) | waiting))
    return made


def shares(made: ClaimPlan, free: int) -> dict[str, int]:
    return {claim.queue: claim.limit for claim in made.claims(free)}


@given(st.dictionaries(st.sampled_from(QUEUES), st.integers(0, 500)), st.integers(-1, 1000))
def test_no_more_is_claimed_than_is_free_and_each_queue_but_once(
    waiting: dict[str, int], free: int
) -> None:
    claims = plan(**waiting).claims(free)
    assert sum(claim.limit for claim in claims) <= max(free, 0)
    assert all(0 < claim.limit <= LARGEST_CLAIM for claim in claims)
    assert len({claim.queue for claim in claims}) == len(claims)
    assert all(waiting[claim.queue] for claim in claims)


def test_slots_are_shared_evenly_among_the_queues_that_have_work() -> None:
    assert shares(plan(a=100, c=100), 10) == {"a": 5, "c": 5}


def test_one_slot_goes_to_each_busy_queue_in_turn() -> None:
    made = plan(a=100, b=100, c=100)
    claimed = [claim.queue for _ in range(6) for claim in made.claims(1)]
    assert sorted(claimed) == ["a", "a", "b", "b", "c", "c"]
    assert set(claimed[:3]) == set(QUEUES)


def test_every_queue_is_asked_once_at_the_beginning() -> None:
    made = ClaimPlan(QUEUES)
    assert set(shares(made, 10)) == set(QUEUES)
    assert not made.has_work


def test_a_queue_is_asked_again_once_it_may_have_work() -> None:
    made = plan()
    assert shares(made, 10) == {}
    made.woken(["b"])
    assert shares(made, 10) == {"b": 10}


def test_a_queue_whose_turn_failed_is_left_alone() -> None:
    made = plan(a=10, b=10)
    made.learn([], Turn(waiting={"a": 10}, failures={"b": QueueDamaged()}))
    assert shares(made, 10) == {"a": 10}


@pytest.mark.parametrize("free", [1, 4])
def test_a_queue_named_twice_is_served_once(free: int) -> None:
    assert shares(ClaimPlan(["a", "a"]), free) == {"a": free}


def test_a_busy_worker_asks_queues_again_that_it_believes_to_be_empty() -> None:
    made = plan(a=100)
    made.look_around(10.0)
    assert set(shares(made, 10)) == set(QUEUES)
    made.learn([], Turn(waiting={"a": 100, "b": 0, "c": 0}))
    made.look_around(10.0 + LOOK_AROUND_EVERY / 2)
    assert set(shares(made, 10)) == {"a"}
    made.look_around(10.0 + LOOK_AROUND_EVERY)
    assert set(shares(made, 10)) == set(QUEUES)


def bounded(active: dict[str, int], **bounds: int) -> ClaimPlan:
    made = ClaimPlan(QUEUES, QueueBounds(bounds, lambda queue: active.get(queue, 0)))
    made.learn([], Turn(waiting=dict.fromkeys(QUEUES, 100)))
    return made


def test_a_bounded_queue_gets_no_more_than_its_bound_and_the_others_what_is_left() -> None:
    assert shares(bounded({}, a=2), 10) == {"a": 2, "b": 4, "c": 4}
    assert shares(bounded({"a": 1}, a=2), 10) == {"a": 1, "b": 5, "c": 4}


def test_a_queue_at_its_bound_is_not_asked_and_not_waited_for() -> None:
    made = bounded({"a": 2}, a=2, b=1)
    assert shares(made, 10) == {"b": 1, "c": 9}
    assert made.with_room == ["c"]


def test_what_was_claimed_in_vain_takes_no_room_and_is_asked_for_again() -> None:
    made = bounded({}, a=2)
    made.give_up(made.claims(10))
    assert shares(made, 10)["a"] == 2


def test_what_is_being_claimed_takes_room_until_the_turn_has_answered() -> None:
    active: dict[str, int] = {}
    made = bounded(active, a=2)
    claims = made.claims(10)
    made.learn([], Turn(waiting={"a": 98}))
    assert "a" not in shares(made, 10)
    active["a"] = 1
    made.learn(claims, Turn(waiting={"a": 98}))
    assert shares(made, 1) in ({"a": 1}, {"b": 1}, {"c": 1})
    assert made.with_room[0] in QUEUES
