"""Deterministic simulation: the real application under drawn faults, the same for the same seed."""

from jobsys.testing.simulation.shortening import shortest
from jobsys.testing.simulation.simulation import Outcome, simulate
from jobsys.testing.simulation.story import Course, Fault, FaultKind, PlannedJob, Story, story_of

__all__ = [
    "Course",
    "Fault",
    "FaultKind",
    "Outcome",
    "PlannedJob",
    "Story",
    "shortest",
    "simulate",
    "story_of",
]
