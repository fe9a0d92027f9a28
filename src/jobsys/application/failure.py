"""What becomes of a job whose attempt did not come to its end."""

from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.errors import InvalidResult
from jobsys.domain.lease import Lease
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobEvent, Reason
from jobsys.domain.transition import Transition
from jobsys.domain.verdict import Discard, FailNow, RetryIn, Snooze


def after_failure(
    lease: Lease, error: BaseException, known_as: AttemptError, policy: RetryPolicy, draw: float
) -> Transition:
    """Returns the end that an exception makes; `known_as` is what is remembered of it."""
    verdict = policy.verdict_on(error)
    if isinstance(verdict, Snooze):
        return lease.snoozed(verdict.delay)
    if isinstance(verdict, Discard):
        return lease.dropped(JobEvent.DISCARDED, Reason.DISCARDED, known_as)
    if isinstance(verdict, FailNow) or isinstance(error, InvalidResult):  # it would be so again
        return lease.failed(known_as, None, Reason.NOT_RETRYABLE)
    delay = policy.delay_after(known_as.attempt, draw)
    if delay is not None and isinstance(verdict, RetryIn):
        delay = verdict.delay
    return lease.failed(known_as, delay, Reason.EXHAUSTED)
