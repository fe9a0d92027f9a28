from datetime import timedelta

import pytest
from pydantic import ValidationError

from jobsys.domain.errors import ConfigurationError
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.verdict import Discard, FailNow, Snooze

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


def test_the_waits_of_a_curve_come_one_after_the_other_and_the_last_again() -> None:
    policy = RetryPolicy(max_attempts=9, delays=(SECOND, 60 * SECOND, 3600 * SECOND), jitter="none")
    waits = [policy.delay_after(failures, draw=0.5) for failures in (1, 2, 3, 4)]
    assert waits == [SECOND, 60 * SECOND, 3600 * SECOND, 3600 * SECOND]


def test_the_nearest_class_of_an_exception_counts() -> None:
    policy = RetryPolicy(fail_on=(Exception,), snooze_on={"LookupError": SECOND})
    assert isinstance(policy.verdict_on(KeyError()), Snooze)
    assert isinstance(policy.verdict_on(ValueError()), FailNow)
    assert policy.verdict_on(SystemExit()) is None


def test_exceptions_are_named_with_or_without_their_module() -> None:
    for name in (
        ValidationError,
        "ValidationError",
        "pydantic_core._pydantic_core.ValidationError",
    ):
        policy = RetryPolicy(discard_on=(name,))
        with pytest.raises(ValidationError) as caught:
            RetryPolicy.model_validate({"max_attempts": 0})
        assert isinstance(policy.verdict_on(caught.value), Discard)


def test_an_exception_that_is_named_twice_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="ValueError is named twice"):
        RetryPolicy(fail_on=(ValueError,), snooze_on={"ValueError": SECOND})


def test_what_exceptions_mean_survives_json() -> None:
    policy = RetryPolicy(fail_on=(ValueError,), snooze_on={TimeoutError: SECOND}, delays=(SECOND,))
    assert RetryPolicy.model_validate_json(policy.model_dump_json()) == policy


@pytest.mark.parametrize("delay", ["-1s", "366d", "soon"])
def test_a_wait_that_is_none_is_refused_where_it_is_said(delay: str) -> None:
    with pytest.raises(ValueError, match=r"wait|duration"):
        Snooze(delay)
