"""What a job class may say of itself."""

from dataclasses import dataclass
from datetime import timedelta
from math import inf, isnan, nan
from typing import Annotated, NamedTuple, TypeAlias

import pytest
from pydantic import (
    BaseModel,
    Field,
    JsonValue,
    PlainSerializer,
    Secret,
    SecretBytes,
    SecretStr,
    ValidationError,
    field_serializer,
)
from typing_extensions import TypeAliasType, TypedDict

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


class Login(BaseModel):
    name: str
    password: SecretStr


class Chain(BaseModel):
    link: "Chain | None" = None
    end: Login | None = None


@dataclass
class Account:
    parent: "Account | None"
    logins: list[Login]


class Keyring(TypedDict):
    key: SecretBytes


Password: TypeAlias = Annotated[SecretStr, Field(min_length=8)]


class Pair(NamedTuple):
    left: int
    right: SecretStr


Alias = TypeAliasType("Alias", SecretStr)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (SecretStr, "it"),
        (SecretBytes | None, "it"),
        (Secret[int], "it"),
        (Password, "it"),
        (Alias, "it"),
        (Pair, "it.right"),
        (dict[str, tuple[int, SecretStr]], "it"),
        (Login, "it.password"),
        (Chain, "it.end.password"),
        (Account | None, "it.logins.password"),
        (list[Keyring], "it.key"),
    ],
)
def test_a_field_that_would_be_stored_as_stars_is_refused_when_the_class_is_made(
    kind: object, path: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"the field '{path}' is a secret.*a reference"):
        type("Secretive", (BaseJob,), {"__annotations__": {"it": kind}, "__module__": __name__})


def test_a_secret_of_a_type_that_is_known_later_is_refused_then() -> None:
    class Early(BaseJob):
        login: "Late | None" = None

    class Late(BaseModel):
        password: SecretStr

    with pytest.raises(ConfigurationError, match=r"'login\.password'"):
        Early.model_rebuild()


def test_a_secret_that_is_not_stored_or_is_written_openly_is_its_authors_choice() -> None:
    class Open(BaseJob):
        anything: JsonValue = None
        shown: Annotated[SecretStr, PlainSerializer(SecretStr.get_secret_value)]
        each: list[Annotated[SecretStr, PlainSerializer(SecretStr.get_secret_value)]]
        left_out: SecretStr = Field(default=SecretStr(""), exclude=True)
        told: SecretStr = SecretStr("")

        @field_serializer("told")
        def _tell(self, value: SecretStr) -> str:
            return value.get_secret_value()

    job = Open(shown=SecretStr("a"), each=[SecretStr("b")], told=SecretStr("c"))
    assert JobFactory.decode(Open, JobValidator().payload_of(job), 1) == job


def test_a_timeout_may_be_written_as_in_the_options() -> None:
    made = type("Timed", (BaseJob,), {"timeout": "1m30s", "__module__": __name__})
    assert issubclass(made, BaseJob)
    assert made.timeout == timedelta(seconds=90)


def test_what_is_stored_decodes_to_an_equal_job() -> None:
    class Measured(BaseJob):
        value: float
        camel_case: int = Field(alias="camelCase")

    for job in (Measured(value=inf, camelCase=1), Measured(value=-inf, camelCase=2)):
        assert JobFactory.decode(Measured, JobValidator().payload_of(job), 1) == job
    stored = JobValidator().payload_of(Measured(value=nan, camelCase=3))
    assert isnan(JobFactory.decode(Measured, stored, 1).value)


@pytest.mark.parametrize("forbidden", [timedelta.max, timedelta(seconds=-1)])
def test_spans_that_no_backend_can_keep_are_refused(forbidden: timedelta) -> None:
    for make in (
        lambda: JobOptions(timeout=forbidden),
        lambda: JobOptions(delay=forbidden),
        lambda: Retention(done=forbidden),
        lambda: RetryPolicy(base=forbidden),
    ):
        with pytest.raises((ValidationError, ConfigurationError)):
            make()
