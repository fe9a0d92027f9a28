"""What a class says of its jobs is refused where it is written, in a sentence."""

from collections.abc import Callable

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from jobsys import BaseJob, Circuit, ConfigurationError, ProcessLimits, RetryPolicy, Unique
from jobsys.domain.factory import JobFactory
from jobsys.domain.retention import Retention


@pytest.mark.parametrize(
    ("kind", "wrong", "told"),
    [
        (RetryPolicy, {"max_attempts": 0}, r"^RetryPolicy\.max_attempts: .* or equal to 1, not 0$"),
        (Retention, {"done": "soon"}, r"^Retention\.done: 'soon' is no duration"),
        (Unique, {"until": "never"}, r"^Unique\.until: .*'started' or 'ended', not 'never'$"),
        (Circuit, {"failures": 0}, r"^Circuit\.failures: .*, not 0$"),
        (ProcessLimits, {"memory": 1}, r"^ProcessLimits\.memory: .*33554432, not 1$"),
        (ProcessLimits, {"ram": 1}, r"no such field; there are: memory, cpu, env, notice$"),
        (Circuit, {"fails": 1}, r"^Circuit\.fails: there is no such field; there are: name, fail"),
    ],
)
def test_a_wrong_value_is_named_with_what_it_may_be(
    kind: Callable[..., object], wrong: dict[str, object], told: str
) -> None:
    with pytest.raises(ConfigurationError, match=told):
        kind(**wrong)


@pytest.mark.parametrize("kind", [RetryPolicy, Retention, Unique, Circuit, ProcessLimits])
def test_a_value_that_is_read_from_data_fails_like_any_other(kind: type[object]) -> None:
    with pytest.raises(ValidationError, match="wrong"):
        TypeAdapter(kind).validate_python({"wrong": 1})


def test_a_wrong_class_variable_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"Wrong\.retry\.max_attempts: .*, not 0$"):
        type("Wrong", (BaseJob,), {"retry": {"max_attempts": 0}, "__module__": __name__})


class Camel(BaseJob):
    unique = Unique(fields=("camelCase",))
    snake: int = Field(default=0, alias="camelCase")
    left_out: int = Field(default=0, exclude=True)


@pytest.mark.parametrize("named", ["zz", "snake", "left_out"])
def test_a_class_whose_jobs_have_no_such_field_cannot_be_registered_as_unique_by_it(
    named: str,
) -> None:
    told = rf"^Typo: unique: its jobs store no field '{named}'; they store: camelCase$"
    with pytest.raises(ConfigurationError, match=told):
        JobFactory([type("Typo", (Camel,), {"unique": Unique(fields=(named,))})])


def test_a_base_class_may_be_unique_by_a_field_of_its_subclasses() -> None:
    base = type("Order", (BaseJob,), {"unique": Unique(fields=("order_id",)), "job_type": "order"})
    assert JobFactory([type("Sub", (base,), {"__annotations__": {"order_id": int}})]).known()


def test_a_class_that_writes_its_jobs_in_a_way_of_its_own_is_taken_at_its_word() -> None:
    class Open(BaseJob, extra="allow"):
        unique = Unique(fields=("anything",))

    assert JobFactory([Open]).known()
