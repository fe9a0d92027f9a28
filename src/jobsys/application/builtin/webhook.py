"""Carrying out webhook jobs."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from pydantic_core import to_json

from jobsys.domain.errors import ConfigurationError
from jobsys.domain.jobs.webhook import WebhookJob
from jobsys.domain.verdict import Discard, FailNow, RetryIn
from jobsys.domain.webhook_endpoint import WebhookEndpoint
from jobsys.domain.webhook_signature import signed_headers
from jobsys.ports.clock import Clock
from jobsys.ports.errors import WebhookUnavailable
from jobsys.ports.http_poster import HttpAnswer, HttpPoster
from jobsys.ports.job_handler import JobContext, JobHandler

GONE: Final = 410
WORTH_ANOTHER_TRY: Final = frozenset({408, 425, 429})
PATIENT: Final = frozenset({429, 503})
LONGEST_WAIT: Final = timedelta(days=1)


class WebhookHandler(JobHandler[WebhookJob]):
    """Signs the message and posts it; each attempt has the same `webhook-id`, and its own time.

    The result is the `status` that the receiver answered.
    """

    def __init__(
        self, poster: HttpPoster, endpoints: Sequence[WebhookEndpoint], clock: Clock
    ) -> None:
        self._poster = poster
        self._endpoints = {endpoint.name: endpoint for endpoint in endpoints}
        self._clock = clock

    async def execute(self, job: WebhookJob, context: JobContext) -> Mapping[str, int]:
        """Returns once the receiver has taken it.

        Raises:
            ConfigurationError: no endpoint has this name here.
            WebhookRefused: its URL is not allowed.
            WebhookUnavailable: it was not taken now.
            Verdict: the receiver says what is to become of it.
        """
        endpoint = self._endpoints.get(job.endpoint)
        if endpoint is None:  # an older worker may run beside one that knows it
            raise ConfigurationError(f"webhooks.endpoints has no {job.endpoint} here")
        body = to_json({"type": job.event, "timestamp": job.at.isoformat(), "data": job.data})
        signed = signed_headers(context.idempotency_key, self._clock.now(), body, endpoint.secrets)
        headers = {"content-type": "application/json", "user-agent": "jobsys", **signed}
        answer = await self._poster.post(endpoint.url, headers, body, endpoint.reach)
        _check(job.endpoint, answer, self._clock.now())
        return {"status": answer.status}


def _check(endpoint: str, answer: HttpAnswer, now: datetime) -> None:
    """Returns if the receiver has taken it, else says what becomes of the job."""
    status, said = answer.status, f"the endpoint {endpoint} answers {answer.status}"
    if 200 <= status < 300:
        return
    if status == GONE:
        raise Discard(f"{said}: it wants no more of this")
    if status < 500 and status not in WORTH_ANOTHER_TRY:
        raise FailNow(said)
    wait = _wait(answer.retry_after, now) if status in PATIENT else None
    if wait is not None:
        raise RetryIn(wait, said)
    raise WebhookUnavailable(said)


def _wait(retry_after: str, now: datetime) -> timedelta | None:
    """Returns for how long a server asks to be left alone: a number of seconds, or until a date."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter for numbers of no calendar
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=now.tzinfo)
    return min(max(aware - now, timedelta(0)), LONGEST_WAIT)
