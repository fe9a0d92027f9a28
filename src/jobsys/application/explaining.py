"""The use case of telling why a job waits."""

from dataclasses import dataclass

from jobsys.application.circuits import CircuitBook
from jobsys.application.following import GONE
from jobsys.application.workers import WorkerBook, WorkerState
from jobsys.domain.circuit_state import CircuitStatus
from jobsys.domain.errors import JobNotFound, UnknownJobType
from jobsys.domain.explanation import Explanation, Scene
from jobsys.domain.factory import JobFactory
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.domain.wait_rules import explained
from jobsys.ports.clock import Clock
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.queue_policies import QueuePolicies


@dataclass(frozen=True, slots=True)
class Explainer:
    """Looks at everything that a job may wait for."""

    inspector: JobInspector
    policies: QueuePolicies
    circuits: CircuitBook
    workers: WorkerBook
    factory: JobFactory
    clock: Clock

    async def explain(self, job_id: JobId) -> Explanation:
        """Returns why a job has not ended, or that it has.

        Raises:
            JobNotFound: there is no such job, or its retention is over.
        """
        record = (await self.inspector.get([job_id])).get(job_id)
        if record is None:
            raise JobNotFound(f"there is no job {job_id}: {GONE}")
        found = await self.workers.find()
        policies = await self.policies.get([job_id.queue])
        scene = Scene(
            self.clock.now(),
            policies[job_id.queue],
            [one.card for one in found if one.state is not WorkerState.SILENT],
            await self.inspector.ahead(job_id),
            await self._circuit_of(record),
        )
        return explained(record, scene)

    async def _circuit_of(self, record: JobRecord) -> CircuitStatus | None:
        """Returns where the circuit of a job stands; None where its type is not known here."""
        try:
            circuit = self.factory.class_of(record.job_type).circuit
        except UnknownJobType:
            return None
        if circuit is None:
            return None
        states = {one.name: one for one in await self.circuits.states()}
        return states.get(circuit.name)
