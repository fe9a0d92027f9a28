"""Keeping jobs from a dependency that fails, all workers together."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Final, TypeVar

from jobsys.application.circuit_calls import CircuitCalls
from jobsys.application.loop_time import loop_time
from jobsys.application.passage import Passage
from jobsys.domain.circuit import Circuit, CircuitRule
from jobsys.domain.circuit_state import CircuitPhase, CircuitState
from jobsys.domain.circuit_steps import CircuitAnswer, CircuitEvent, CircuitStep
from jobsys.domain.instants import from_ms
from jobsys.domain.lease import Lease
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.transition import Transition
from jobsys.domain.value import value
from jobsys.ports.circuits import Circuits
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.lifecycle import Component

LOOK_EVERY: Final = 1.0
"""Seconds after which what is known of a circuit is asked for anew, by the next job that needs it."""
UNHEARD: Final = CircuitAnswer(CircuitState(), counted=False, now=from_ms(0))
"""What holds of a circuit of which the backend has never answered: its jobs run."""

T = TypeVar("T")


@value
class _View:
    """What was answered last, when that came, and when it was asked for last."""

    answer: CircuitAnswer
    heard_at: float
    asked_at: float

    def now(self) -> datetime:
        """Returns what the backend's clock shows by now."""
        return self.answer.now + timedelta(seconds=loop_time() - self.heard_at)


class CircuitBreaker(Component):
    """Lets attempts pass whose circuit is closed, and holds the jobs of the others.

    What is known of a circuit is at most a second old where its jobs come; of circuits whose jobs
    do not come nothing is asked. Between start and stop it calls the backend from one event loop,
    in whichever loop the attempts run.
    """

    def __init__(
        self,
        circuits: Circuits,
        metrics: JobMetrics,
        defaults: CircuitRule,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._calls = CircuitCalls(circuits)
        self._metrics = metrics
        self._defaults = defaults
        self._draw = draw
        self._views: dict[str, _View] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._telling: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Makes its calls from the event loop that runs now."""
        self._loop = asyncio.get_running_loop()

    async def stop(self) -> None:
        """Makes its calls from whichever loop asks."""
        self._loop = None

    async def admit(self, lease: Lease, circuit: Circuit) -> Passage | Transition:
        """Returns what an attempt passes with, or the transition that holds its job."""
        return await self._in_its_loop(self._admitted(lease, circuit))

    async def ended(
        self, passage: Passage, end: Transition, failure: BaseException | None
    ) -> Transition:
        """Tells the circuit how an attempt ended, and returns what becomes of its job.

        A failed attempt that began before the circuit opened, and does not count any more, is not
        spent: its job is held as those are that have not begun.
        """
        view = self._views.get(passage.rule.name)
        has_failures = view is not None and view.answer.state.failures > 0
        event = passage.told_by(end, failure, has_failures=has_failures)
        if event is None:
            return end
        job_id = passage.lease.record.id if passage.is_probe else ""
        said = end.error.brief if event is CircuitEvent.FAILED and end.error else ""
        step = CircuitStep(event, passage.rule, job_id, passage.seen, said)
        answer = await self._in_its_loop(self._asked(step))
        if answer is None or answer.counted or end.target is not JobStatus.RETRYING:
            return end
        is_closed = answer.state.phase(answer.now) is CircuitPhase.CLOSED
        return end if is_closed else self._held(passage.lease, passage.rule, answer)

    def tell(self, passage: Passage, end: Transition, failure: BaseException | None) -> None:
        """Tells the circuit how an attempt ended that is not waited for any more."""
        told = asyncio.get_running_loop().create_task(self._told(passage, end, failure))
        self._telling.add(told)
        told.add_done_callback(self._telling.discard)

    async def _told(self, passage: Passage, end: Transition, failure: BaseException | None) -> None:
        await self.ended(passage, end, failure)

    async def _admitted(self, lease: Lease, circuit: Circuit) -> Passage | Transition:
        rule, job_id = circuit.rule(self._defaults), lease.record.id
        view = await self._view(rule)
        found = CircuitAnswer(view.answer.state, counted=False, now=view.now())
        if found.state.phase(found.now) is CircuitPhase.HALF_OPEN:
            if found.state.may_probe(rule, job_id, found.now):
                found = await self._asked(CircuitStep(CircuitEvent.ASKED, rule, job_id)) or found
            if found.counted:
                return Passage(lease, circuit, rule, found.state.changed_at, is_probe=True)
        if found.state.phase(found.now) is CircuitPhase.CLOSED:
            return Passage(lease, circuit, rule, found.state.changed_at)
        return self._held(lease, rule, found)

    def _held(self, lease: Lease, rule: CircuitRule, found: CircuitAnswer) -> Transition:
        self._metrics.increment_jobs_held(rule.name)
        rests = found.state.hold_for(rule, found.now, self._draw())
        return lease.held(rests, Reason.CIRCUIT)

    async def _view(self, rule: CircuitRule) -> _View:
        """Returns what is known of a circuit; jobs that come together ask in one call."""
        view = self._views.get(rule.name)
        if view is None or loop_time() - view.asked_at >= LOOK_EVERY:
            await self._asked(CircuitStep(CircuitEvent.LOOKED, rule))
        return self._views[rule.name]

    async def _asked(self, step: CircuitStep) -> CircuitAnswer | None:
        """Returns the answer to a step, and keeps it; what is no answer is not asked for at once."""
        name = step.rule.name
        answer, now = await self._calls.ask(step), loop_time()
        known = self._views.get(name) or _View(UNHEARD, now, now)
        self._views[name] = _View(known.answer, known.heard_at, now)
        if answer is not None:
            self._views[name] = _View(answer, now, now)
        return answer

    async def _in_its_loop(self, call: Coroutine[object, object, T]) -> T:
        loop = self._loop
        if loop is None or loop is asyncio.get_running_loop():
            return await call
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(call, loop))
