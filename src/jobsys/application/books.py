"""The books of a deployment: what is kept there besides single jobs."""

from dataclasses import dataclass

from jobsys.application.circuits import CircuitBook
from jobsys.application.dead_letters import DeadLetterBook
from jobsys.application.explaining import Explainer
from jobsys.application.queues import QueueBook
from jobsys.application.scaling import ScalingBook
from jobsys.application.schedules import ScheduleBook
from jobsys.application.workers import WorkerBook
from jobsys.ports.job_logs import JobLogs


@dataclass(frozen=True, slots=True)
class Books:
    """Each is the room of one matter; `log` and `explain` of the service read the last two."""

    schedules: ScheduleBook
    queues: QueueBook
    circuits: CircuitBook
    dead_letters: DeadLetterBook
    workers: WorkerBook
    scaling: ScalingBook
    explainer: Explainer
    logs: JobLogs
