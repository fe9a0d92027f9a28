"""Mail to one or several recipients."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Self, cast

from pydantic import (
    AfterValidator,
    AliasChoices,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

from jobsys.domain.base_job import BaseJob
from jobsys.domain.mail import checked_address, checked_header_text
from jobsys.domain.names import NAME
from jobsys.domain.options import Priority
from jobsys.domain.priority import JobPriority

_MOST_RECIPIENTS: Final = 50
_LONGEST_BODY: Final = 200_000
_BESIDE_DATA: Final = {"username": "username", "userId": "user_id"}


def _checked_recipients(given: str | tuple[str, ...]) -> str | tuple[str, ...]:
    recipients = (given,) if isinstance(given, str) else given
    if not 1 <= len(recipients) <= _MOST_RECIPIENTS:
        raise ValueError(f"a mail has 1 to {_MOST_RECIPIENTS} recipients: submit a job for each")
    for recipient in recipients:
        checked_address(recipient)
    return given


Recipients = Annotated[str | tuple[str, ...], AfterValidator(_checked_recipients)]
Subject = Annotated[
    str,
    StringConstraints(max_length=255),
    AfterValidator(checked_header_text),
    AfterValidator(str.strip),
]
Body = Annotated[str, StringConstraints(max_length=_LONGEST_BODY)]
TemplateName = Annotated[str, StringConstraints(pattern=rf"^(?:{NAME.pattern})?$")]


class EmailJob(BaseJob):
    """Sends a mail: a `template` filled with `data`, or a `subject` with `text`, `html` or both.

    A subject beside a template replaces the template's own. The recipients see one another: for a
    campaign, submit one job for each. Other spellings are understood: `recipient`, `email_type`,
    `body`, `priority` (the level at which the job waits, our `level`), and `username` and `userId`,
    which become `data["username"]` and `data["user_id"]` unless the data has its own.

    >>> job = EmailJob.model_validate({"email_type": "welcome", "to": "a@b.org", "username": "Ada"})
    >>> job.template, job.recipients, job.data
    ('welcome', ('a@b.org',), {'username': 'Ada'})
    """

    job_type: ClassVar[str] = "email"
    aliases: ClassVar[tuple[str, ...]] = ("send_email",)
    queue: ClassVar[str] = "emails"

    to: Recipients = Field(validation_alias=AliasChoices("to", "recipient"))
    subject: Subject = ""
    text: Body = Field(default="", validation_alias=AliasChoices("text", "body"))
    html: Body = ""
    template: TemplateName = Field(
        default="", validation_alias=AliasChoices("template", "email_type")
    )
    data: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    level: Priority | None = Field(default=None, validation_alias=AliasChoices("level", "priority"))

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses, also where there is only one."""
        return (self.to,) if isinstance(self.to, str) else self.to

    @property
    def wanted_priority(self) -> JobPriority:
        """The payload's own level, else that of the class."""
        return self.level or self.priority

    @model_validator(mode="before")
    @classmethod
    def _gather_data(cls, given: object) -> object:
        if not isinstance(given, Mapping):
            return given
        payload = dict(cast("Mapping[str, object]", given))
        data = payload.get("data", {})
        beside = {_BESIDE_DATA[name]: payload.pop(name) for name in _BESIDE_DATA if name in payload}
        if isinstance(data, Mapping) and beside:
            payload["data"] = beside | dict(cast("Mapping[str, object]", data))
        return payload

    @model_validator(mode="after")
    def _content_is_said_once(self) -> Self:
        if self.template and (self.text or self.html):
            raise ValueError("a template brings its own text and html: leave these out")
        if not (self.template or self.text or self.html):
            raise ValueError("the mail is empty: give template, text or html")
        if not (self.template or self.subject):
            raise ValueError("a mail without template needs a subject")
        return self
