"""What a worker holds while it runs a job, and how an attempt's end becomes a transition."""

from dataclasses import field, replace
from datetime import datetime, timedelta

from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.domain.transition import Transition, standing_after
from jobsys.domain.value import value


@value
class Lease:
    """The right to run a job until `expires_at`, proven by the record's token and lane.

    `waited` is for how many seconds the job had been ready when it was claimed; None where nobody
    knows, or the lease was taken over or is handed out once more. `told` is the progress that the
    handler told since, percent and message.
    """

    record: JobRecord
    expires_at: datetime
    waited: float | None = field(default=None, compare=False)
    told: tuple[int, str] | None = None

    @property
    def comes_too_late(self) -> bool:
        """True when nobody has begun the job in the time that its submit gave it."""
        given, standing = self.record.header.start_within, self.record.standing
        if given is None or self.waited is None or standing.attempts or standing.crashes:
            return False
        return self.waited > given.total_seconds()

    def held_for(self, reason: Reason) -> timedelta:
        """Returns for how long the job had been held for this reason when it was claimed."""
        standing = self.record.standing
        since = standing.held_at if standing.reason is reason else None
        return standing.changed_at - (since or standing.changed_at)

    def succeeded(self, result_json: bytes | None) -> Transition:
        """The handler returned."""
        return self._settle(JobEvent.SUCCEEDED, result=result_json)

    def failed(self, error: AttemptError, retry_in: timedelta | None, reason: Reason) -> Transition:
        """The handler raised or ran out of time: again in `retry_in`, or, if None, never again."""
        if retry_in is None:
            return self._settle(JobEvent.FAILED, JobStatus.FAILED, reason=reason, error=error)
        return self._settle(JobEvent.FAILED, JobStatus.RETRYING, due=retry_in, error=error)

    def with_progress(self, percent: int, message: str) -> "Lease":
        """Returns the lease with what its handler told of its progress."""
        standing = self.record.standing
        if (percent, message) == (standing.percent, standing.message):
            return self
        return Lease(self.record, self.expires_at, self.waited, (percent, message))

    def snoozed(self, delay: timedelta) -> Transition:
        """The handler asked to be called later; no attempt is spent."""
        return self._settle(JobEvent.SNOOZED, due=delay, reason=Reason.SNOOZED)

    def held(self, delay: timedelta, reason: Reason) -> Transition:
        """This worker cannot run the job now; perhaps another can, or this one later."""
        return self._settle(JobEvent.HELD, due=delay, reason=reason)

    def buried(self, event: JobEvent, error: AttemptError, reason: Reason) -> Transition:
        """The job can never run as it is: unroutable or corrupt. Its bytes are kept."""
        return self._settle(event, reason=reason, error=error)

    def dropped(
        self, event: JobEvent, reason: Reason, error: AttemptError | None = None
    ) -> Transition:
        """The job shall not run any more, and nobody is to blame: expired, or discarded for `error`."""
        return self._settle(event, reason=reason, error=error)

    def released(self) -> Transition:
        """The job goes back to the head of its list; no attempt is spent."""
        return self._settle(JobEvent.RELEASED)

    def expired(self, crash_limit: int, error: AttemptError) -> Transition:
        """The worker died with the job in its hands.

        Only a job that had its process for itself is to blame for the last crash that the limit
        allows; any other goes back to the head of its list, at most one crash short of the limit.
        """
        standing = self.record.standing
        if standing.alone and standing.crashes + 1 >= crash_limit:
            return self._settle(
                JobEvent.LEASE_EXPIRED, JobStatus.FAILED, reason=Reason.POISON, error=error
            )
        back = self._settle(JobEvent.LEASE_EXPIRED, JobStatus.QUEUED, error=error)
        capped = replace(back.after, crashes=min(back.after.crashes, crash_limit - 1))
        return replace(back, after=capped)

    def _settle(  # noqa: PLR0913 (what may come with an end)
        self,
        event: JobEvent,
        target: JobStatus | None = None,
        *,
        due: timedelta | None = None,
        reason: Reason | None = None,
        result: bytes | None = None,
        error: AttemptError | None = None,
    ) -> Transition:
        after = standing_after(self.record.standing, event, target, reason, self.told)
        return Transition(self.record, event, after, due, result, error)
