"""The jobs of a simulation, and what carries them out."""

import asyncio
from datetime import timedelta
from typing import cast

from jobsys.application.handlers import HandlerRegistry
from jobsys.domain.base_job import BaseJob
from jobsys.domain.factory import JobFactory
from jobsys.domain.retry import RetryPolicy
from jobsys.ports.job_handler import JobContext
from jobsys.testing.simulation.line import Struck
from jobsys.testing.simulation.loop import OWNER
from jobsys.testing.simulation.story import Course


class Act(BaseJob):
    """Takes so many virtual seconds, and then ends as its course says."""

    retry = RetryPolicy(max_attempts=3, base=timedelta(seconds=1))
    course: Course
    takes: float


class MadeUp(Exception):
    """What an act raises that fails."""


async def carry_out(job: Act, context: JobContext) -> None:
    """Carries an act out; poison ends the process that runs it."""
    await asyncio.sleep(job.takes)
    if job.course is Course.POISON:
        cast("Struck", OWNER.get()).die()
        await asyncio.sleep(0)
    if job.course is Course.FAIL or (job.course is Course.FLAKY and context.attempt == 1):
        raise MadeUp("as its course says")


def handlers() -> HandlerRegistry:
    """Returns a registry that knows acts."""
    made = HandlerRegistry(JobFactory())
    made.handles(Act)(carry_out)
    return made
