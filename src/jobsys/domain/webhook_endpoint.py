"""Whom a webhook tells, and of which ends of jobs."""

from collections.abc import Sequence
from dataclasses import field

from jobsys.domain.notice import NoticeInterest
from jobsys.domain.value import value


@value
class Reach:
    """What an endpoint's URL may be beside https to a public address, at port 443."""

    http: bool = False
    private: bool = False
    any_port: bool = False


@value
class WebhookEndpoint:
    """A receiver of webhooks; each of its secrets signs, so that one can take another's place."""

    name: str
    url: str = field(repr=False)
    secrets: Sequence[str] = field(repr=False)
    interest: NoticeInterest = field(default_factory=NoticeInterest)
    include_result: bool = False
    reach: Reach = field(default_factory=Reach)
