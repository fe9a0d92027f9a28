"""Making the jobs that tell of other jobs' ends."""

import logging
from collections.abc import Iterable, Iterator, Sequence

from pydantic import JsonValue

from jobsys.application.intake import Intake
from jobsys.domain.errors import InvalidJob
from jobsys.domain.job_end import RESULT_LEFT_OUT, JobEnd
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
        submissions = [one for telling in tellings for one in self._submissions(*telling)]
        if submissions:
            await self._intake.store_all(self._queue, submissions, drawn=False)

    def _submissions(self, endpoint: WebhookEndpoint, end: JobEnd) -> Iterator[Submission]:
        try:
            yield self._submission(endpoint, end)
        except InvalidJob as error:
            told = endpoint.name, end.notice.job_id, error
            log.error("the endpoint %s is not told of the end of job %s: %s", *told)

    def _submission(self, endpoint: WebhookEndpoint, end: JobEnd) -> Submission:
        """Returns the job; where it cannot carry the end's result, that is left out."""
        try:
            return self._made(endpoint, end, end.told(with_result=endpoint.include_result))
        except InvalidJob:
            if not endpoint.include_result:
                raise
        return self._made(endpoint, end, end.told(with_result=False) | RESULT_LEFT_OUT)

    def _made(
        self, endpoint: WebhookEndpoint, end: JobEnd, data: dict[str, JsonValue]
    ) -> Submission:
        event = f"job.{end.notice.status}"
        job = WebhookJob(endpoint=endpoint.name, event=event, at=end.notice.at, data=data)
        return self._intake.submission(job, NO_OPTIONS, end.key_for(endpoint.name))
