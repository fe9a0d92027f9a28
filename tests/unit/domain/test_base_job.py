"""What a job class may say of itself."""

from datetime import timedelta
from math import inf, isnan, nan

import pytest
from pydantic import Field, ValidationError

from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.factory import JobFactory
from jobsys.domain.options import JobOptions
from jobsys.domain.retention import Retention
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.validator import JobValidator


@pytest.mark.filterwarnings("ignore:Field name")
@pytest.mark.parametrize("name", ["timeout", "retry", "queue", "priority", "version", "job_type"])
def test_a_field_that_would_hide_a_class_variable_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"the field '{name}' would hide"):
        type("Hiding", (BaseJob,), {"__annotations__": {name: int}, "__module__": __name__})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("retry", 5), ("timeout", 30), ("timeout", "-5s"), ("version", "two"), ("priority", 3)],
)
def test_a_wrong_class_variable_is_refused_when_the_class_is_made(name: str, wrong: object) -> None:
    with pytest.raises(ConfigurationError, match="a class variable is wrong"):
        type("Wrong", (BaseJob,), {name: wrong, "__module__": __name__})


def test_a_timeout_may_be_written_as_in_the_options() -> None:
    made = type("Timed", (BaseJob,), {"timeout": "1m30s", "__module__": __name__})
    assert issubclass(made, BaseJob)
    assert made.timeout == timedelta(seconds=90)


def test_what_is_stored_decodes_to_an_equal_job() -> None:
    class Measured(BaseJob):
        value: float
        camel_case: int = Field(alias="camelCase")

    for job in (Measured(value=inf, camelCase=1), Measured(value=-inf, camelCase=2)):
        assert JobFactory.decode(Measured, JobValidator().payload_of(job)) == job
    stored = JobValidator().payload_of(Measured(value=nan, camelCase=3))
    assert isnan(JobFactory.decode(Measured, stored).value)


@pytest.mark.parametrize("forbidden", [timedelta.max, timedelta(seconds=-1)])
def test_spans_that_no_backend_can_keep_are_refused(forbidden: timedelta) -> None:
    for make in (
        lambda: JobOptions(timeout=forbidden),
        lambda: JobOptions(delay=forbidden),
        lambda: Retention(done=forbidden),
        lambda: RetryPolicy(base=forbidden),
    ):
        with pytest.raises(ValidationError):
            make()
