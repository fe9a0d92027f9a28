"""Telling the backend of circuits, together with whoever has something to tell meanwhile."""

import asyncio
import logging
from typing import Final, TypeAlias

from jobsys.domain.circuit_steps import CircuitAnswer, CircuitStep
from jobsys.domain.value import value
from jobsys.ports.circuits import Circuits

log = logging.getLogger("jobsys.circuits")

MOST_TOGETHER: Final = 500
"""How many steps go into one call."""

Answered: TypeAlias = asyncio.Future[CircuitAnswer | None]


@value
class _Waiting:
    step: CircuitStep
    answered: Answered


class CircuitCalls:
    """Makes one call at a time; steps that come while it is under way share the next one.

    The answer is None where the backend gave none: circuits protect jobs, and stop none of their
    own accord. The first of several failures in a row is logged.
    """

    def __init__(self, circuits: Circuits) -> None:
        self._circuits = circuits
        self._waiting: list[_Waiting] = []
        self._calling: asyncio.Task[None] | None = None
        self._failing = False

    def ask(self, step: CircuitStep) -> Answered:
        """Returns what will be the answer to a step."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(step, loop.create_future())
        self._waiting.append(waiting)
        if self._calling is None or self._calling.done():
            self._calling = loop.create_task(self._call(), name="jobsys-circuits")
        return waiting.answered

    async def _call(self) -> None:
        while self._waiting:
            batch = self._waiting[:MOST_TOGETHER]
            del self._waiting[:MOST_TOGETHER]
            answers: list[CircuitAnswer | None] = [None] * len(batch)
            try:
                answers[:] = await self._circuits.take([waiting.step for waiting in batch])
                self._failing = False
            except Exception as error:  # noqa: BLE001 (jobs go on by what was known)
                self._warn(error)
            finally:
                for waiting, answer in zip(batch, answers, strict=True):
                    if not waiting.answered.done():
                        waiting.answered.set_result(answer)

    def _warn(self, error: Exception) -> None:
        if not self._failing:
            log.warning("circuits are judged by what was known of them: %r", error)
        self._failing = True
