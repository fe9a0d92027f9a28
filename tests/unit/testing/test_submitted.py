"""The test kit knows what was submitted, and says what there was instead."""

import pytest

from jobsys.testing.job_kit import JobKit
from tests.support.kit_jobs import Count, Fail, Unhandled


def test_submitted_jobs_are_typed_and_stay_known_when_their_records_are_gone(kit: JobKit) -> None:
    kit.run(kit.service.submit_many([Count(left=1), Fail(text="no")]))
    kit.run(kit.drain(raise_failures=False))
    kit.clock.advance("30d")
    kit.run(kit.drain(raise_failures=False))
    assert kit.submitted(Count) == [Count(left=1), Count(left=0)]
    assert kit.assert_submitted(Count, left=0) == [Count(left=0)]
    kit.assert_not_submitted(Count, left=2)


def test_what_was_submitted_instead_is_listed(kit: JobKit) -> None:
    with pytest.raises(AssertionError, match="nothing was submitted"):
        kit.assert_submitted(Count)
    kit.run(kit.service.submit_many([Count(left=7), Unhandled()]))
    with pytest.raises(AssertionError) as missing:
        kit.assert_submitted(Count, left=3)
    assert str(missing.value) == (
        "at least one Count(left=3): 0 found; submitted were:\n"
        "  Count(left=7) in queue 'default'\n"
        "  unhandled {} in queue 'default'"
    )
    with pytest.raises(AssertionError, match=r"2 of Count\(\): 1 found"):
        kit.assert_submitted(Count, count=2)
    with pytest.raises(AssertionError, match=r"no Count\(\): 1 found"):
        kit.assert_not_submitted(Count)


def test_a_long_list_is_cut(kit: JobKit) -> None:
    kit.run(kit.service.submit_many([Count(left=n) for n in range(25)]))
    with pytest.raises(AssertionError, match=r"Count\(left=19\) in queue 'default'\n  and 5 more$"):
        kit.assert_submitted(Fail)


def test_a_field_that_the_job_does_not_have_is_named(kit: JobKit) -> None:
    with pytest.raises(TypeError, match="Count has no field lft: it has left"):
        kit.assert_not_submitted(Count, lft=1)


def test_asking_for_none_is_asking(kit: JobKit) -> None:
    assert kit.assert_submitted(Count, count=0) == []
