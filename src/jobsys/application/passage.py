"""What an attempt passes its circuit with, and what its end tells of the circuit."""

from datetime import datetime

from jobsys.domain.circuit import Circuit, CircuitRule
from jobsys.domain.circuit_steps import CircuitEvent
from jobsys.domain.lease import Lease
from jobsys.domain.status import JobEvent, Reason
from jobsys.domain.transition import Transition
from jobsys.domain.value import value
from jobsys.domain.verdict import Verdict


@value
class Passage:
    """The right to make one attempt; `seen` is the circuit's `changed_at` as it begins."""

    lease: Lease
    circuit: Circuit
    rule: CircuitRule
    seen: datetime | None
    is_probe: bool = False

    def told_by(
        self, end: Transition, failure: BaseException | None, *, has_failures: bool
    ) -> CircuitEvent | None:
        """Returns what there is to be told after the attempt; None where it changes nothing.

        A failed attempt counts unless the handler, or its policy, has said what the exception
        means, or the circuit ignores it.
        """
        if end.event is JobEvent.SUCCEEDED:
            return CircuitEvent.SUCCEEDED if self.is_probe or has_failures else None
        if end.event is JobEvent.FAILED and failure is not None and self._counts(end, failure):
            return CircuitEvent.FAILED
        return CircuitEvent.GAVE_BACK if self.is_probe else None

    def _counts(self, end: Transition, failure: BaseException) -> bool:
        is_of_the_job = end.after.reason is Reason.NOT_RETRYABLE or isinstance(failure, Verdict)
        return not is_of_the_job and self.circuit.counts(failure)
