"""The use case of `jobsys schema check`: whether this code can read all that is stored."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from jobsys.application.walks import pages
from jobsys.domain.envelope import Header
from jobsys.domain.errors import InvalidJob, JobsysError, NewerVersion, UnknownJobType
from jobsys.domain.factory import JobFactory
from jobsys.domain.payload import JobPayload
from jobsys.domain.status import JobStatus
from jobsys.ports.backend import Ports
from jobsys.ports.job_inspector import JobQuery

MOST_EXAMPLES: Final = 3
MOST_PROBLEMS: Final = 1000
"""How many are told apart; a field's message may name what no other payload has."""
LONGEST_TOLD: Final = 300
READ: Final = (
    JobStatus.BLOCKED,
    JobStatus.SCHEDULED,
    JobStatus.RETRYING,
    JobStatus.QUEUED,
    JobStatus.PROCESSING,
    JobStatus.CANCELLING,
    JobStatus.FAILED,
)
"""What may run again, in the order in which jobs go: one that goes on meanwhile is not missed."""

Tell = Callable[[str, int], None]
"""Takes note of what is read now, and of how much has been."""


class Misfit(StrEnum):
    """Why a stored job cannot be read here; the words are stable."""

    UNKNOWN_TYPE = "unknown_type"
    NEWER_VERSION = "newer_version"
    INVALID_PAYLOAD = "invalid_payload"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps jobs from being read; `told` names the field where it is one."""

    job_type: str
    version: int
    misfit: Misfit
    told: str


@dataclass
class Seen:
    """How many have a problem, and the ids of some of them."""

    number: int = 0
    examples: list[str] = field(default_factory=list[str])

    def add(self, stored_id: str) -> None:
        """Counts one more."""
        self.number += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(stored_id)


@dataclass
class SchemaReport:
    """What was read, and what of it cannot be."""

    checked: int = 0
    problems: dict[Problem, Seen] = field(default_factory=dict[Problem, Seen])

    def add(self, stored_id: str, problem: Problem | None) -> None:
        """Counts a job or a schedule."""
        self.checked += 1
        if problem is None:
            return
        if problem not in self.problems and len(self.problems) >= MOST_PROBLEMS:
            problem = Problem(problem.job_type, problem.version, problem.misfit, "and others")
        self.problems.setdefault(problem, Seen()).add(stored_id)


@dataclass(frozen=True)
class CheckSchema:
    """Reads what is stored as a worker would; in one queue, or in all."""

    queue: str | None = None

    async def run(self, ports: Ports, factory: JobFactory, tell: Tell) -> SchemaReport:
        """Returns what cannot be read; writes nothing, and holds one page at a time.

        Raises:
            InvalidJob: nothing was ever in the queue that is named.
        """
        schedules = await ports.scheduler.find(self.queue)
        if self.queue is not None and not schedules:
            await _check_there(ports, self.queue)
        report = SchemaReport()
        for status in READ:
            async for jobs in pages(ports.inspector, JobQuery(status, self.queue)):
                for job in jobs:
                    problem = misfit(factory, job.header, job.payload, damaged=bool(job.damage))
                    report.add(job.id, problem)
                tell(f"{status} jobs", report.checked)
        for schedule in schedules:
            report.add(schedule.id, misfit(factory, schedule.header, schedule.payload))
        tell("schedules", report.checked)
        return report


async def _check_there(ports: Ports, queue: str) -> None:
    known = set(await ports.inspector.queues())
    if queue not in known:
        there = sorted(known.union(one.id.queue for one in await ports.scheduler.find()))
        raise InvalidJob(
            f"queue {queue!r} is not there: it never had a job, and has no policy and no schedule;"
            f" those that are: {', '.join(there) or 'none'}"
        )


def misfit(
    factory: JobFactory, header: Header, payload: JobPayload, *, damaged: bool = False
) -> Problem | None:
    """Returns what keeps a stored job from being read; None where nothing does."""

    def problem(misfit: Misfit, told: object) -> Problem:
        return Problem(header.type, header.version, misfit, str(told)[:LONGEST_TOLD])

    if damaged:
        return problem(Misfit.UNREADABLE, "the stored bytes are no job")
    try:
        factory.decode(factory.class_for(header), payload, header.version)
    except NewerVersion as error:
        return problem(Misfit.NEWER_VERSION, error)
    except UnknownJobType as error:
        return problem(Misfit.UNKNOWN_TYPE, error)
    except JobsysError as error:
        return problem(Misfit.INVALID_PAYLOAD, error)
    except Exception as error:  # noqa: BLE001 (validators of the user's may raise anything)
        return problem(Misfit.INVALID_PAYLOAD, repr(error))
    return None
