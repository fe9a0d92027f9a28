"""The settings of webhooks: who is told of the ends of jobs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, TypedDict

from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from jobsys.config.groups import Group
from jobsys.config.kinds import JobTypeName, QueueName
from jobsys.domain.names import NAME
from jobsys.domain.webhook_signature import signing_key


def _signing(secret: SecretStr) -> SecretStr:
    signing_key(secret.get_secret_value())
    return secret


EndpointName = Annotated[str, StringConstraints(pattern=rf"^{NAME.pattern}$")]
SigningSecret = Annotated[SecretStr, AfterValidator(_signing)]


class EndpointSettings(Group):
    """One that is told of the ends of jobs."""

    url: str = Field(
        min_length=8, max_length=2_000, repr=False, description="Where it listens: https://…"
    )
    secrets: tuple[SigningSecret, ...] = Field(
        min_length=1,
        max_length=4,
        description="What each message is signed with: `whsec_…`; several while one replaces another.",
    )
    events: tuple[Literal["completed", "failed", "cancelled"], ...] = Field(
        default=(), description="Of which ends it is told; none named: of all three."
    )
    queues: tuple[QueueName, ...] = Field(
        default=(), description="Of which queues' jobs; none named: of all."
    )
    types: tuple[JobTypeName, ...] = Field(
        default=(), description="Of which types of jobs; none named: of all."
    )
    include_result: bool = Field(
        default=False, description="Whether it is told results, secrets masked."
    )
    allow_http: bool = Field(default=False, description="Whether its URL may be http://.")
    allow_private: bool = Field(
        default=False, description="Whether its host may lie in a private network, or be this one."
    )
    allow_any_port: bool = Field(
        default=False, description="Whether its port may be another one than 80 and 443."
    )


class WebhookSettings(Group):
    """Who is told of the ends of jobs."""

    endpoints: dict[EndpointName, EndpointSettings] = Field(
        default_factory=dict[str, EndpointSettings]
    )
    ca: Path | None = Field(
        default=None,
        description="A file of certificates that endpoints are checked by, in place of the system's.",
    )


class EndpointArguments(TypedDict, total=False):
    """What `Settings(webhooks={"endpoints": {"billing": {…}}})` takes."""

    url: str
    secrets: Sequence[str]
    events: Sequence[Literal["completed", "failed", "cancelled"]]
    queues: Sequence[str]
    types: Sequence[str]
    include_result: bool
    allow_http: bool
    allow_private: bool
    allow_any_port: bool


class WebhookArguments(TypedDict, total=False):
    """What `Settings(webhooks={…})` takes."""

    endpoints: Mapping[str, EndpointArguments]
    ca: Path | str
