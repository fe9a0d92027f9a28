from datetime import timedelta

import pytest
from pydantic import ValidationError

from jobsys.domain.retry import RetryPolicy

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("failures", "wait"), [(1, 1), (2, 3), (3, 9), (4, 10), (900, 10)])
def test_waits_grow_by_the_factor_up_to_the_cap(failures: int, wait: int) -> None:
    policy = RetryPolicy(max_attempts=1000, base=SECOND, factor=3, cap=10 * SECOND, jitter="none")
    assert policy.delay_after(failures, draw=0.5) == wait * SECOND


@pytest.mark.parametrize("draw", [0.0, 0.25, 0.999])
def test_full_jitter_draws_the_wait_between_nought_and_its_whole(draw: float) -> None:
    policy = RetryPolicy(base=8 * SECOND)
    assert policy.delay_after(1, draw) == 8 * SECOND * draw


def test_the_last_attempt_is_followed_by_none() -> None:
    policy = RetryPolicy(max_attempts=2)
    assert policy.delay_after(1, draw=0) is not None
    assert policy.delay_after(2, draw=0) is None
    assert RetryPolicy(max_attempts=1).delay_after(1, draw=0) is None


@pytest.mark.parametrize(
    "wrong", [{"max_attempts": 0}, {"factor": 0.5}, {"jitter": "some"}, {"tries": 3}, {"base": 5}]
)
def test_a_policy_that_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        RetryPolicy.model_validate(wrong)


def test_a_policy_survives_json_with_durations_that_people_can_read() -> None:
    policy = RetryPolicy(base=timedelta(seconds=1.5), cap=timedelta(minutes=2))
    assert '"base":"1s500ms"' in policy.model_dump_json()
    assert RetryPolicy.model_validate_json(policy.model_dump_json()) == policy
