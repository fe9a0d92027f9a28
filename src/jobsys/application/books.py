"""The books of a deployment: what is kept there besides single jobs."""

from dataclasses import dataclass

from jobsys.application.circuits import CircuitBook
from jobsys.application.dead_letters import DeadLetterBook
from jobsys.application.queues import QueueBook
from jobsys.application.schedules import ScheduleBook


@dataclass(frozen=True, slots=True)
class Books:
    """Each is the room of one matter, and an attribute of the service."""

    schedules: ScheduleBook
    queues: QueueBook
    circuits: CircuitBook
    dead_letters: DeadLetterBook
