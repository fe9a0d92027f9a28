"""Endpoints of webhooks, as the settings name them."""

from collections.abc import Sequence

from jobsys.config import WebhookSettings
from jobsys.domain.notice import NoticeInterest
from jobsys.domain.status import FINAL, JobStatus
from jobsys.domain.webhook_endpoint import Reach, WebhookEndpoint


def endpoints_of(webhooks: WebhookSettings) -> Sequence[WebhookEndpoint]:
    """Returns them, none where nothing is set."""
    return [
        WebhookEndpoint(
            name,
            one.url,
            [secret.get_secret_value() for secret in one.secrets],
            NoticeInterest(
                frozenset(map(JobStatus, one.events)) or FINAL,
                frozenset(one.queues),
                frozenset(one.types),
            ),
            one.include_result,
            Reach(one.allow_http, one.allow_private, one.allow_any_port),
        )
        for name, one in webhooks.endpoints.items()
    ]
