from typing import ClassVar

import pytest

from jobsys.domain.base_job import BaseJob
from jobsys.domain.circuit import Circuit
from jobsys.domain.errors import ConfigurationError, InvalidJob, InvalidName, UnknownJobType
from jobsys.domain.factory import JobFactory
from jobsys.domain.payload import JobPayload


class SendEmailJob(BaseJob):
    aliases: ClassVar[tuple[str, ...]] = ("Mail",)

    to: str
    copies: int = 1


FACTORY = JobFactory([SendEmailJob])


@pytest.mark.parametrize("name", ["send_email", "SEND-Email", "send-email", "mail", "MAIL"])
def test_a_type_is_found_by_its_name_or_alias_whatever_its_case_and_dashes(name: str) -> None:
    assert FACTORY.create(name, {"to": "ada"}) == SendEmailJob(to="ada")


def test_an_unknown_type_is_answered_with_the_nearest_ones() -> None:
    with pytest.raises(UnknownJobType, match=r"'send_mail' is not registered; known: send_email"):
        FACTORY.create("send_mail", {})
    with pytest.raises(UnknownJobType, match="none is registered"):
        JobFactory().class_of("send_email")


def test_every_wrong_field_is_named_and_its_value_is_not() -> None:
    with pytest.raises(InvalidJob, match=r"to: .*copies: .*bcc: ") as caught:
        FACTORY.create("send_email", {"copies": "many secrets", "bcc": "eve"})
    assert "many secrets" not in str(caught.value)


def test_a_stored_payload_is_read_back_as_the_job_it_was() -> None:
    payload = JobPayload(SendEmailJob(to="ada", copies=2).model_dump_json().encode())
    assert JobFactory.decode(SendEmailJob, payload, 1) == SendEmailJob(to="ada", copies=2)


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"to":1}', b'{"to":"ada"', b"\xff"])
def test_a_stored_payload_that_does_not_fit_is_an_invalid_job(raw: bytes) -> None:
    with pytest.raises(InvalidJob, match="send_email: "):
        JobFactory.decode(SendEmailJob, JobPayload(raw), 1)


def test_registering_a_class_again_changes_nothing_and_another_of_its_name_is_refused() -> None:
    class Other(BaseJob):
        job_type: ClassVar[str] = "mail"

    factory = JobFactory([SendEmailJob])
    assert factory.register(SendEmailJob) is SendEmailJob
    assert list(factory.known()) == [SendEmailJob]
    with pytest.raises(ConfigurationError, match="'mail' belongs to SendEmailJob"):
        factory.register(Other)


def test_a_class_is_named_after_itself_unless_it_says_otherwise() -> None:
    class ResizePhotoJob(BaseJob):
        pass

    class Shouted(BaseJob):
        job_type: ClassVar[str] = "RESIZE-Photo"

    assert ResizePhotoJob.job_type == Shouted.job_type == "resize_photo"


@pytest.mark.parametrize("variable", ["job_type", "queue"])
def test_a_class_with_a_bad_name_cannot_be_made(variable: str) -> None:
    with pytest.raises(InvalidName, match="not a name"):
        type("Bad", (BaseJob,), {variable: "no name", "__module__": __name__})


def test_types_that_share_a_circuit_describe_it_alike() -> None:
    class Pay(BaseJob):
        circuit = Circuit("bank", failures=3, ignores=(LookupError,))

    class Refund(BaseJob):
        circuit = Circuit("bank", failures=3)

    class Ask(BaseJob):
        circuit = Circuit("bank", failures=4)

    factory = JobFactory([Pay, Refund])
    with pytest.raises(ConfigurationError, match="Ask and Pay describe the circuit 'bank'"):
        factory.register(Ask)
    with pytest.raises(UnknownJobType):
        factory.class_of("ask")
