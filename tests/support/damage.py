"""What a test does to a store, and what `jobsys fsck` shall make of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from jobsys.application.store_check import Outcome, StoreReport
from jobsys.ports.store_checker import FindingKind
from jobsys.testing.jobs import QUEUE

How = TypeVar("How")


@dataclass
class Damage(Generic[How]):
    """What is done to the store that `many_jobs.filled` has made.

    `follows` is what else is seen because of it; `never_runs` a job that waited and can only be a
    dead letter.
    """

    kind: FindingKind
    how: Sequence[How]
    subject: str
    follows: set[FindingKind] = field(default_factory=set[FindingKind])
    never_runs: str = ""


Damages = Mapping[str, Damage[How]]


def subjects(report: StoreReport, kind: FindingKind) -> list[str]:
    """Returns what has a finding of this kind, without the queue that most tests use."""
    found = [finding for finding, _ in report.outcomes if finding.kind is kind]
    return [finding.subject.removeprefix(f"{QUEUE}:") for finding in found]


def kinds(report: StoreReport) -> set[FindingKind]:
    """Returns the kinds of what was found."""
    return {finding.kind for finding, _ in report.outcomes}


def outcomes(report: StoreReport) -> Collection[Outcome]:
    """Returns what has become of the findings."""
    return {outcome for _, outcome in report.outcomes}
