"""Making the jobs that tell of other jobs' ends."""

import logging
from collections.abc import Iterable, Sequence

from jobsys.application.intake import Intake
from jobsys.domain.errors import InvalidJob
from jobsys.domain.job_end import JobEnd
from jobsys.domain.jobs.webhook import WebhookJob
from jobsys.domain.options import NO_OPTIONS
from jobsys.domain.webhook_endpoint import WebhookEndpoint
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.submission import Submission

log = logging.getLogger("jobsys.webhooks")

Telling = tuple[WebhookEndpoint, JobEnd]


class WebhookMaker:
    """Makes one job for each endpoint and end, however often it is asked to and by whom."""

    def __init__(
        self, endpoints: Sequence[WebhookEndpoint], queue: JobQueue, intake: Intake
    ) -> None:
        self.endpoints = endpoints
        self._queue = queue
        self._intake = intake

    def wanted(self, ends: Iterable[JobEnd]) -> list[Telling]:
        """Returns who is to be told of what; of a webhook's own end nobody is."""
        return [
            (endpoint, end)
            for end in ends
            if end.notice.job_type != WebhookJob.job_type
            for endpoint in self.endpoints
            if endpoint.interest.takes(end.notice)
        ]

    async def make(self, tellings: Sequence[Telling]) -> None:
        """Stores the jobs; those that are there already stay as they are."""
        submissions = [one for telling in tellings if (one := self._submission(*telling))]
        if submissions:
            await self._intake.store_all(self._queue, submissions, drawn=False)

    def _submission(self, endpoint: WebhookEndpoint, end: JobEnd) -> Submission | None:
        job = WebhookJob(
            endpoint=endpoint.name,
            event=f"job.{end.notice.status}",
            at=end.notice.at,
            data=end.told(with_result=endpoint.include_result),
        )
        try:
            return self._intake.submission(job, NO_OPTIONS, end.key_for(endpoint.name))
        except InvalidJob as error:
            told = endpoint.name, end.notice.job_id, error
            log.error("the endpoint %s is not told of the end of job %s: %s", *told)
            return None
