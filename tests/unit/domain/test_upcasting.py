"""Payloads of older versions become today's."""

from collections.abc import Callable, Mapping
from datetime import date
from math import inf
from typing import Any, ClassVar

import pytest
from pydantic import ConfigDict

from jobsys.domain.base_job import BaseJob
from jobsys.domain.envelope import Header
from jobsys.domain.errors import ConfigurationError, InvalidJob, NewerVersion
from jobsys.domain.factory import JobFactory
from jobsys.domain.payload import JobPayload
from jobsys.domain.upcasting import Upcasters

Fields = dict[str, object]


def with_sides(old: Fields) -> Fields:
    return {"width": old["size"], "height": old["size"], "day": old["day"]}


def with_name(old: Fields) -> Fields:
    old["name"] = f"{old['width']}x{old['height']}"
    return old


class Resize(BaseJob):
    model_config = ConfigDict(strict=True)

    version = 3
    upcasters: ClassVar[Upcasters] = {1: with_sides, 2: with_name}

    width: float
    height: float
    day: date
    name: str


def read(payload: bytes, version: int, job_class: type[BaseJob] = Resize) -> BaseJob:
    return JobFactory.decode(job_class, JobPayload(payload), version)


@pytest.mark.parametrize(
    ("version", "payload"),
    [
        (1, b'{"size":2.0,"day":"2030-01-31"}'),
        (2, b'{"width":2.0,"height":2.0,"day":"2030-01-31"}'),
        (3, b'{"width":2.0,"height":2.0,"day":"2030-01-31","name":"2.0x2.0"}'),
    ],
)
def test_a_payload_of_each_version_becomes_the_same_job(version: int, payload: bytes) -> None:
    assert read(payload, version) == Resize(
        width=2.0, height=2.0, day=date(2030, 1, 31), name="2.0x2.0"
    )


def test_what_json_has_no_word_for_passes_through_the_upcasters() -> None:
    job = read(b'{"size":Infinity,"day":"2030-01-31"}', 1)
    assert isinstance(job, Resize)
    assert job.width == inf


def test_a_payload_of_today_meets_no_upcaster() -> None:
    class Careful(BaseJob):
        version = 2
        upcasters: ClassVar[Upcasters] = {1: _failing}

        name: str

    assert read(b'{"name":"Ada"}', 2, Careful) == Careful(name="Ada")


def _failing(old: Fields) -> Fields:
    raise LookupError("no such size")


def _of_objects(_: Fields) -> Fields:
    return {"name": object()}


def _misspelt(_: Fields) -> Fields:
    return {"nome": "Ada"}


def _forgetful(old: Fields) -> Any:
    old["name"] = "Ada"


@pytest.mark.parametrize(
    ("upcaster", "payload", "told"),
    [
        (_failing, b"{}", r"job: the upcaster of version 1: LookupError\('no such size'\)"),
        (_forgetful, b"{}", "the upcaster of version 1: TypeError"),
        (with_sides, b"{}", r"the upcaster of version 1: KeyError\('size'\)"),
        (with_sides, b"[]", "the upcaster of version 1: TypeError"),
        (with_sides, b"\xff", "the upcaster of version 1: ValueError"),
        (_of_objects, b"{}", "the upcaster of version 1: Pydantic"),
        (_misspelt, b"{}", "name: Field required"),
    ],
)
def test_an_upcaster_that_fails_makes_an_invalid_job_that_names_it(
    upcaster: Callable[[Fields], Mapping[str, object]], payload: bytes, told: str
) -> None:
    job_class = made(2, {1: upcaster}, name="")
    with pytest.raises(InvalidJob, match=told):
        read(payload, 1, job_class)


def test_a_payload_older_than_every_upcaster_is_told_of_as_such() -> None:
    job_class = made(3, {2: with_name})
    with pytest.raises(InvalidJob, match="oldest version that can be read is 2, not 1"):
        read(b"{}", 1, job_class)


def test_without_upcasters_an_older_payload_is_read_as_it_is() -> None:
    assert read(b"{}", 1, made(3, {})) is not None


def test_a_job_of_a_newer_version_is_left_to_those_who_know_it() -> None:
    factory = JobFactory([Resize])
    assert factory.class_for(Header(type="resize", version=3)) is Resize
    with pytest.raises(NewerVersion, match="'resize' is known here up to version 3, not 4"):
        factory.class_for(Header(type="resize", version=4))


@pytest.mark.parametrize(
    ("version", "upcasters", "told"),
    [
        (3, {1: with_sides}, "none leads from version 2 to 3"),
        (4, {1: with_sides, 3: with_sides}, "none leads from version 2 to 3"),
        (2, {2: with_sides}, "2 is to be the number of a version before 2"),
        (2, {0: with_sides, 1: with_sides}, "0 is to be the number of a version before 2"),
        (2, {1: "with_sides"}, "a function of the old fields"),
    ],
)
def test_a_class_whose_upcasters_lead_nowhere_cannot_be_made(
    version: int, upcasters: Mapping[int, Any], told: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"Job: upcasters: .*{told}"):
        made(version, upcasters)


def made(version: int, upcasters: Mapping[int, Any], **fields: object) -> type[BaseJob]:
    named: dict[str, Any] = {name: type(default) for name, default in fields.items()}
    body = {"version": version, "upcasters": upcasters, "__annotations__": named}
    return type("Job", (BaseJob,), {**body, "__module__": __name__})
