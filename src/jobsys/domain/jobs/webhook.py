"""Posting a signed message to one of the configured endpoints."""

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints

from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import WebhookRefused
from jobsys.domain.names import NAME
from jobsys.domain.retention import Retention
from jobsys.domain.retry import RetryPolicy


class WebhookJob(BaseJob):
    """Posts an `event` with its `data` to the endpoint that the settings have under this name.

    Neither the URL nor a secret is stored with it. What does not arrive is tried ten times over
    three days, by the schedule that Standard Webhooks proposes.

    >>> at = "2030-01-02T03:04:05Z"
    >>> WebhookJob(endpoint="billing", event="invoice.paid", at=at, data={"number": 7}).event
    'invoice.paid'
    """

    job_type: ClassVar[str] = "webhook"
    queue: ClassVar[str] = "webhooks"
    timeout: ClassVar[timedelta] = timedelta(seconds=30)
    retention: ClassVar[Retention] = Retention(done=timedelta(days=1))
    retry: ClassVar[RetryPolicy] = RetryPolicy(
        max_attempts=10,
        fail_on=(WebhookRefused,),
        delays=(
            timedelta(seconds=5),
            *(timedelta(minutes=minutes) for minutes in (5, 30)),
            *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
        ),
    )

    endpoint: Annotated[str, StringConstraints(pattern=rf"^{NAME.pattern}$")]
    event: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.]{1,128}$")]
    at: AwareDatetime
    data: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
