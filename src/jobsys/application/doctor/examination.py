"""The use case of `jobsys doctor`: look at a deployment once, and let each check judge."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from jobsys.application.doctor import failure_rules, slow_rules, store_rules, worker_rules
from jobsys.application.doctor.finding import (
    MOST_TOLD,
    CheckResult,
    Code,
    Finding,
    Standing,
    worst,
)
from jobsys.application.doctor.scene import Scene
from jobsys.application.overview import Overview
from jobsys.domain.errors import ConfigurationError, JobsysError
from jobsys.ports.errors import QueueDamaged, QueueGone

Rule = Callable[[Scene], Iterator[Finding]]

BACKEND: Final = "backend"
ANSWERS: Final = "the backend answers, and what lies in it suits this release"


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of trouble that is looked for, by what it is called, and what holds without it."""

    name: str
    fine: str
    rules: Sequence[Rule]

    def result(self, scene: Scene) -> CheckResult:
        """Returns what is found, the worst first."""
        found = [finding for rule in self.rules for finding in rule(scene)]
        found.sort(key=lambda finding: finding.standing is not Standing.TROUBLE)
        return CheckResult(self.name, self.fine, found[:MOST_TOLD], len(found[MOST_TOLD:]))


CHECKS: Final = (
    Check("durability", "nothing that was accepted may be lost", [store_rules.durability]),
    Check("memory", "there is room for more jobs", [store_rules.memory]),
    Check("clock", "the clocks of this host and of the backend agree", [store_rules.clock]),
    Check("releases", "all workers are of one release", [store_rules.releases]),
    Check(
        "processing",
        "workers take the jobs of every queue that has some",
        [
            worker_rules.unserved,
            worker_rules.unroutable,
            worker_rules.circuits,
            worker_rules.silent,
            worker_rules.not_ready,
            worker_rules.held,
        ],
    ),
    Check("speed", "no job that is ready has waited for a minute", [slow_rules.slow]),
    Check("failures", "no type of jobs fails again and again", [failure_rules.failing]),
    Check("dead_letters", "fewer than ten dead letters are kept", [failure_rules.dead_letters]),
    Check("schedules", "no schedule is late", [slow_rules.late]),
)


def glanced(overview: Overview, more_dead: int = 0) -> Sequence[Finding]:
    """Returns what is amiss at a glance, the worst first; `more_dead` have failed for good of late."""
    scene = Scene(overview.at, overview)
    rules = (rule for check in CHECKS for rule in check.rules if rule in _AT_A_GLANCE)
    found = [finding for rule in rules for finding in rule(scene)]
    found += failure_rules.counted(overview, more_dead)
    return sorted(found, key=lambda finding: finding.standing is not Standing.TROUBLE)


def examined(scene: Scene) -> Sequence[CheckResult]:
    """Returns what each check says of a deployment whose backend answers."""
    return [CheckResult(BACKEND, ANSWERS), *(check.result(scene) for check in CHECKS)]


_AT_A_GLANCE: Final = (
    store_rules.durability,
    store_rules.releases,
    worker_rules.unserved,
    worker_rules.circuits,
    worker_rules.silent,
    worker_rules.not_ready,
    worker_rules.held,
    slow_rules.slow,
)
"""The rules that go by an overview alone."""


def standing_of(results: Sequence[CheckResult]) -> Standing:
    """Returns how the deployment stands as a whole."""
    return worst(result.standing for result in results)


def unanswered(error: JobsysError) -> CheckResult:
    """Returns what a backend that cannot be used says by its error: nothing else can be checked."""
    cure = next(cure for cure in _CURES if isinstance(error, cure.kind))
    finding = Finding(cure.code, Standing.TROUBLE, str(error), cure.mend, cure.command)
    return CheckResult(BACKEND, ANSWERS, [finding])


@dataclass(frozen=True, slots=True)
class _Cure:
    """What mends an error of some kind."""

    kind: type[JobsysError]
    code: Code
    mend: str
    command: str


_CURES: Final = (
    _Cure(
        ConfigurationError,
        Code.CONFIGURATION_WRONG,
        "put right what it names: the settings that hold, and where each comes from, are shown by",
        "jobsys config",
    ),
    _Cure(
        QueueGone,
        Code.BACKEND_GONE,
        "put the file back, then start the workers again; which file is meant is shown by",
        "jobsys config",
    ),
    _Cure(
        QueueDamaged,
        Code.BACKEND_DAMAGED,
        "give jobsys a database of its own, or have what is broken in it mended",
        "jobsys fsck --repair",
    ),
    _Cure(
        JobsysError,
        Code.BACKEND_UNREACHABLE,
        "start it, and see that this host reaches it; which one is meant is shown by",
        "jobsys config",
    ),
)
"""The first that fits is told."""
