"""What a check of a deployment has found."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from jobsys.domain.value import value

MOST_TOLD: Final = 5
"""So many findings of a check are told one by one."""


class Standing(StrEnum):
    """How it stands; the words are stable, and the worst is the last."""

    OK = "ok"
    WARNING = "warning"
    TROUBLE = "trouble"


class Code(StrEnum):
    """What can be found; the words are stable, and docs/troubleshooting.md has a section for each."""

    BACKEND_UNREACHABLE = "backend_unreachable"
    BACKEND_GONE = "backend_gone"
    BACKEND_DAMAGED = "backend_damaged"
    CONFIGURATION_WRONG = "configuration_wrong"
    WEAK_STORE = "weak_store"
    STORE_NEARLY_FULL = "store_nearly_full"
    CLOCK_SKEW = "clock_skew"
    MIXED_RELEASES = "mixed_releases"
    NO_WORKER = "no_worker"
    WORKERS_NOT_READY = "workers_not_ready"
    WORKER_SILENT = "worker_silent"
    NO_HANDLER = "no_handler"
    NO_VERSION = "no_version"
    QUEUE_PAUSED = "queue_paused"
    TYPE_PAUSED = "type_paused"
    CIRCUIT_OPEN = "circuit_open"
    WAITS_LONG = "waits_long"
    FALLING_BEHIND = "falling_behind"
    FAILING_REPEATEDLY = "failing_repeatedly"
    DEAD_LETTERS = "dead_letters"
    SCHEDULE_LATE = "schedule_late"


class About(StrEnum):
    """What a finding is about, and where it is mended."""

    JOBS = "jobs"
    QUEUES = "queues"
    WORKERS = "workers"
    CIRCUITS = "circuits"
    SCHEDULES = "schedules"
    STORE = "store"


@value
class Finding:
    """Something that is amiss: the evidence in one sentence, and what mends it.

    `command` is what is typed for that, once `mend` has been read; `name` is the queue, worker or
    circuit that is meant, where it is one, and `job_type` the type of jobs that may be paused in
    that queue, or is.
    """

    code: Code
    standing: Standing
    sentence: str
    mend: str
    command: str
    name: str = ""
    job_type: str = ""

    @property
    def about(self) -> About:
        """What it is about."""
        return _ABOUT.get(self.code, About.STORE)


@value
class CheckResult:
    """What one check has found, the worst first; `fine` is what holds where it found nothing.

    `more` is how many findings are not told one by one.
    """

    check: str
    fine: str
    findings: Sequence[Finding] = ()
    more: int = 0

    @property
    def standing(self) -> Standing:
        """The worst of what was found."""
        return worst(finding.standing for finding in self.findings)


def worst(standings: Iterable[Standing]) -> Standing:
    """Returns the worst of some standings.

    >>> worst([Standing.TROUBLE, Standing.WARNING]).value, worst([]).value
    ('trouble', 'ok')
    """
    return max(standings, key=_RANKS.index, default=Standing.OK)


_RANKS: Final = list(Standing)
_ABOUT: Final = {
    **dict.fromkeys((Code.FAILING_REPEATEDLY, Code.DEAD_LETTERS), About.JOBS),
    **dict.fromkeys((Code.NO_WORKER, Code.NO_HANDLER, Code.NO_VERSION), About.QUEUES),
    **dict.fromkeys((Code.QUEUE_PAUSED, Code.TYPE_PAUSED), About.QUEUES),
    **dict.fromkeys((Code.WAITS_LONG, Code.FALLING_BEHIND), About.QUEUES),
    **dict.fromkeys(
        (Code.WORKERS_NOT_READY, Code.WORKER_SILENT, Code.MIXED_RELEASES), About.WORKERS
    ),
    Code.CIRCUIT_OPEN: About.CIRCUITS,
    Code.SCHEDULE_LATE: About.SCHEDULES,
}
