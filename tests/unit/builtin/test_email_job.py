"""The spellings of a mail job, and what is refused when it is submitted."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobsys.application.service import BackgroundJobService
from jobsys.config import Settings
from jobsys.container import JobsysContainer
from jobsys.domain.errors import InvalidJob
from jobsys.domain.factory import JobFactory
from jobsys.domain.jobs.email import EmailJob
from jobsys.domain.mail import Mail, MailContent, Sender
from jobsys.domain.mail_format import rendered
from jobsys.domain.priority import JobPriority
from jobsys.domain.validator import JobValidator
from jobsys.testing.suites.send import MAIL, SMUGGLERS, parsed

FACTORY = JobFactory([EmailJob])

SPELLINGS: list[tuple[dict[str, object], dict[str, object]]] = [
    (
        {"email_type": "welcome", "to": "ada@example.org", "username": "Ada"},
        {"template": "welcome", "data": {"username": "Ada"}},
    ),
    (
        {"recipient": "ada@example.org", "template": "campaign", "data": {"title": "Sale"}},
        {"template": "campaign", "data": {"title": "Sale"}},
    ),
    (
        {"template": "welcome", "recipient": "ada@example.org", "userId": 7},
        {"template": "welcome", "data": {"user_id": 7}},
    ),
    (
        {
            "template": "welcome",
            "recipient": "ada@example.org",
            "subject": "Hello",
            "data": {"user_id": 1, "name": "Ada"},
            "userId": 7,
        },
        {"template": "welcome", "subject": "Hello", "data": {"user_id": 1, "name": "Ada"}},
    ),
    (
        {"to": "ada@example.org", "subject": "Hello", "html": "<p>Hi</p>", "text": "Hi"},
        {"subject": "Hello", "html": "<p>Hi</p>", "text": "Hi"},
    ),
    (
        {"to": "ada@example.org", "subject": "Hello", "body": "Hi", "priority": "high"},
        {"subject": "Hello", "text": "Hi", "level": JobPriority.HIGH},
    ),
]


@pytest.fixture
def service() -> BackgroundJobService:
    return JobsysContainer(Settings(backend="memory://")).job_service()


@pytest.mark.parametrize(("payload", "fields"), SPELLINGS)
async def test_each_spelling_is_accepted_by_name_and_read_back_from_the_store(
    service: BackgroundJobService, payload: Mapping[str, object], fields: Mapping[str, object]
) -> None:
    record = await service.get(await service.submit_by_name("email", payload))
    job = FACTORY.decode(EmailJob, record.payload, record.header.version)
    assert job == EmailJob.model_validate({"to": "ada@example.org", **fields})
    assert job.recipients == ("ada@example.org",)
    assert record.id.queue == "emails"


@pytest.mark.parametrize("name", ["send_email", "SEND-EMAIL", "Email"])
async def test_the_type_has_other_names(service: BackgroundJobService, name: str) -> None:
    record = await service.get(await service.submit_by_name(name, SPELLINGS[0][0]))
    assert record.header.type == "email"


@pytest.mark.parametrize("said", ["high", "HIGH", 2])
async def test_the_payloads_priority_is_that_of_the_job_unless_the_submit_says_another(
    service: BackgroundJobService, said: object
) -> None:
    payload = {"to": "a@b.org", "subject": "s", "body": "b", "priority": said}
    own = await service.get(await service.submit_by_name("email", payload))
    other = await service.get(await service.submit_by_name("email", payload, priority="low"))
    plain = await service.get(await service.submit_by_name("email", SPELLINGS[0][0]))
    levels = [record.priority for record in (own, other, plain)]
    assert levels == [JobPriority.HIGH, JobPriority.LOW, JobPriority.NORMAL]


def test_a_job_may_have_fifty_recipients_and_no_more() -> None:
    many = [f"a{number}@example.org" for number in range(50)]
    assert len(created(to=many).recipients) == 50
    with pytest.raises(InvalidJob, match="1 to 50 recipients"):
        created(to=[*many, "one@example.org"])


ADDRESSES = [
    *("a@b", "ada.lovelace+tag@mail.example.org", "x_y-z@xn--bcher-kva.example", "1@1.example"),
    *("!#$%&'*+/?=^_`{|}~@example.org", f"{'a' * 64}@example.org"),
]
NO_ADDRESSES = [
    *(
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@@example.org",
        "ada@exa mple.org",
        "a da@example.org",
    ),
    *("Ada <ada@example.org>", "<ada@example.org>", "ada@example.org,bob@example.org", "a..b@c.de"),
    *(".a@b.de", "a.@b.de", "a@b..de", "a@-b.de", "a@b-.de", "a@[127.0.0.1]", '"a b"@c.de'),
    *("ada@example.org\n", "\nada@example.org", "ada@example.org\r\nBcc: x@evil.test", "a\0@b.de"),
    *("ädä@example.org", "ada@bücher.example", "=?utf-8?q?x?=@example.org", "ada@example.org>"),
    *(
        f"{'a' * 65}@example.org",
        f"a@{'b' * 64}.org",
        f"a@{'b.' * 130}org",
        "a@b.org RCPT TO:<x@y>",
    ),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_plain_address_is_accepted(address: str) -> None:
    assert created(to=address).recipients == (address,)


@pytest.mark.parametrize("address", NO_ADDRESSES, ids=ascii)
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    for to in (address, ["ada@example.org", address]):
        with pytest.raises(InvalidJob, match=r"to: .*is no mail address"):
            created(to=to)


@pytest.mark.parametrize("smuggler", SMUGGLERS, ids=ascii)
def test_a_subject_that_smuggles_is_refused_when_it_is_submitted(smuggler: str) -> None:
    with pytest.raises(InvalidJob, match="subject: "):
        created(subject=smuggler)


@given(st.one_of(st.text(max_size=255), st.text("=?_utf8-q:0ADBcx@\r\n. é", max_size=255)))
@settings(deadline=None)
def test_a_subject_that_is_accepted_arrives_as_it_was_given(subject: str) -> None:
    try:
        job = created(subject=f"x{subject}")
    except InvalidJob:
        return
    content = MailContent(job.subject, job.text)
    mail = parsed(rendered(Mail("k", Sender("a@b.org"), job.recipients, content, MAIL.sent_at)))
    assert mail["Subject"] == f"x{subject}".strip()


@pytest.mark.parametrize(
    ("fields", "mend"),
    [
        ({"subject": "s" * 256}, "subject: .*at most 255"),
        ({"text": "t" * 200_001}, "text: .*at most 200000"),
        ({"text": "", "html": "h" * 200_001}, "html: .*at most 200000"),
        ({"text": ""}, "the mail is empty"),
        ({"subject": ""}, "needs a subject"),
        ({"subject": "  "}, "needs a subject"),
        ({"template": "welcome"}, "leave these out"),
        ({"template": "../welcome", "text": ""}, "template: "),
        ({"template": "a/b", "text": ""}, "template: "),
        ({"recipient": "bob@example.org"}, "recipient: Extra"),
        ({"cc": "bob@example.org"}, "cc: Extra"),
        ({"priority": 3}, "priority: "),
        ({"data": [], "userId": 7}, "data: "),
    ],
)
def test_a_mail_that_cannot_be_is_refused_and_says_why(
    fields: dict[str, object], mend: str
) -> None:
    with pytest.raises(InvalidJob, match=mend):
        created(**fields)


def test_a_mail_that_is_too_large_to_store_is_refused() -> None:
    job = created(text="t" * 200_000, html="h" * 200_000)
    with pytest.raises(InvalidJob, match="over the limit"):
        JobValidator().payload_of(job)


def created(**fields: object) -> EmailJob:
    """Returns a job from a plain payload, as `submit_by_name` makes it."""
    payload = {"to": "ada@example.org", "subject": "Hello", "text": "Hi", **fields}
    job = FACTORY.create("email", payload)
    assert isinstance(job, EmailJob)
    return job
