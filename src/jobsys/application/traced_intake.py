"""Jobs that carry the context in which they were submitted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jobsys.application.intake import Intake
from jobsys.domain.envelope import TraceContext
from jobsys.domain.job_id import JobId
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.job_tracer import JobTracer
from jobsys.ports.submission import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedIntake(Intake):
    """Stores jobs inside a span, whose context they carry to their handlers."""

    tracer: JobTracer

    async def store(self, queue: JobQueue, submission: Submission, *, drawn: bool) -> JobId:
        """Hands one submission to the queue; see `Intake`."""
        with self.tracer.sending([submission]) as trace:
            [carrying] = _all_carrying([submission], trace)
            return await Intake.store(self, queue, carrying, drawn=drawn)

    async def store_all(
        self, queue: JobQueue, submissions: Sequence[Submission], *, drawn: bool
    ) -> list[JobId]:
        """Hands submissions to the queue, all of them in one span; see `Intake`."""
        with self.tracer.sending(submissions) as trace:
            carrying = _all_carrying(submissions, trace)
            return await Intake.store_all(self, queue, carrying, drawn=drawn)

    def noted(self, submission: Submission) -> Submission:
        """Returns the submission with the context of the transaction that it is part of."""
        [carrying] = _all_carrying([submission], self.tracer.creating(submission))
        return carrying


def traced_intake(intake: Intake, tracer: JobTracer | None) -> Intake:
    """Returns an intake like this one that tells of its jobs, where there is somebody to tell."""
    if tracer is None:
        return intake
    return TracedIntake(
        factory=intake.factory,
        validator=intake.validator,
        clock=intake.clock,
        metrics=intake.metrics,
        admission=intake.admission,
        gathering=intake.gathering,
        tracer=tracer,
    )


def _all_carrying(submissions: Sequence[Submission], trace: TraceContext) -> Sequence[Submission]:
    """Returns submissions that carry a context; jobs of one header still share theirs."""
    if not trace:
        return submissions
    headers = {id(one.header): one.header for one in submissions}
    traced = {known: header.traced(trace) for known, header in headers.items()}
    return [replace(one, header=traced[id(one.header)]) for one in submissions]
