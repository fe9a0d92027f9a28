"""The use case of `jobsys fsck`: look the store through, and mend what is found where that is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from jobsys.ports.store_checker import Finding, Step, StoreChecker


class Outcome(StrEnum):
    """What has become of a finding."""

    FOUND = "found"
    REPAIRED = "repaired"
    GONE = "gone"
    """It held no more when it was to be repaired."""
    BY_HAND = "by_hand"


@dataclass
class StoreReport:
    """What a check has found, and what could not be judged."""

    outcomes: list[tuple[Finding, Outcome]] = field(default_factory=list[tuple[Finding, Outcome]])
    left_out: list[str] = field(default_factory=list[str])

    @property
    def is_clean(self) -> bool:
        """True when nothing is wrong any more."""
        return all(outcome in {Outcome.REPAIRED, Outcome.GONE} for _, outcome in self.outcomes)


@dataclass(frozen=True)
class CheckStore:
    """Looks through queues, or through everything where none is named."""

    queues: Sequence[str] = ()
    repair: bool = False

    async def run(self, checker: StoreChecker, tell: Callable[[Step], None]) -> StoreReport:
        """Returns what was found and what has become of it; tells each step."""
        report = StoreReport()
        async for step in checker.check(self.queues):
            tell(step)
            report.outcomes += await self._dealt_with(checker, step.findings)
            report.left_out += [step.left_out] if step.left_out else []
        return report

    async def _dealt_with(
        self, checker: StoreChecker, findings: Sequence[Finding]
    ) -> list[tuple[Finding, Outcome]]:
        if not findings:
            return []
        if not self.repair:
            return [(f, Outcome.FOUND if f.repair else Outcome.BY_HAND) for f in findings]
        mended = await checker.mend(findings)
        return [(f, _outcome(f, was_mended=done)) for f, done in zip(findings, mended, strict=True)]


def _outcome(finding: Finding, *, was_mended: bool) -> Outcome:
    if not finding.repair:
        return Outcome.BY_HAND
    return Outcome.REPAIRED if was_mended else Outcome.GONE
