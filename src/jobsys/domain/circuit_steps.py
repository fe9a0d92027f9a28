"""The life of a circuit, written once: every backend applies these steps, and nothing else.

| it is     | and then                                          | so it is               |
|-----------|---------------------------------------------------|------------------------|
| closed    | an attempt failed                                 | closed, one failure more |
| closed    | the same, and that is `failures` in a row         | open for `recover_after` |
| closed    | an attempt succeeded                              | closed, no failures    |
| open      | its time is up                                    | half-open              |
| half-open | a job asks for a probe, and a right is free       | half-open, a right less |
| half-open | a probe succeeded                                 | closed                 |
| half-open | a probe failed                                    | open for `recover_after` |
| half-open | a probe ended and told nothing, or lasts too long | half-open, a right more |
| any       | an operator opens it                              | open until one closes it |
| any       | an operator closes it                             | closed                 |

What an attempt tells counts only if the circuit has neither opened nor closed since it began.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from jobsys.domain.circuit import CircuitRule
from jobsys.domain.circuit_state import UNTIL_CLOSED, CircuitPhase, CircuitState
from jobsys.domain.value import value


class CircuitEvent(StrEnum):
    """What can be told of a circuit, or asked."""

    LOOKED = "looked"
    FAILED = "failed"
    SUCCEEDED = "succeeded"
    ASKED = "asked"
    GAVE_BACK = "gave back"
    OPENED = "opened"
    CLOSED = "closed"


@value
class CircuitStep:
    """Something that is told of a circuit, or asked.

    `job_id` is the job that asks for a probe, or whose attempt is one. `seen` is the circuit's
    `changed_at` as it was known when the attempt began. `error` is what a failure said, in short.
    """

    event: CircuitEvent
    rule: CircuitRule
    job_id: str = ""
    seen: datetime | None = None
    error: str = ""


@value
class CircuitAnswer:
    """Where a circuit stands after a step, `now` by the backend's clock, and whether it counted.

    A probe that was asked for counts when it is granted.
    """

    state: CircuitState
    counted: bool
    now: datetime


def taken(
    states: Mapping[str, CircuitState], steps: Sequence[CircuitStep], now: datetime
) -> tuple[Sequence[CircuitAnswer], Mapping[str, CircuitState | None]]:
    """Returns the answers to steps, and the circuits that change by them; None: it is forgotten.

    >>> from jobsys.domain.instants import from_ms
    >>> once = CircuitStep(CircuitEvent.FAILED, CircuitRule("smtp", failures=2))
    >>> [answer.state.phase(from_ms(0)).value for answer in taken({}, [once, once], from_ms(0))[0]]
    ['closed', 'open']
    """
    latest = {name: state for name, state in states.items() if not state.is_over(now)}
    changed: dict[str, CircuitState | None] = {name: None for name in states if name not in latest}
    answers: list[CircuitAnswer] = []
    for step in steps:
        before = latest.get(step.rule.name) or CircuitState()
        after = _RULES.get((before.phase(now), step.event), _nothing)(before, step, now)
        if after is not None and after != before:
            latest[step.rule.name] = changed[step.rule.name] = after.kept(now)
        answers.append(CircuitAnswer(after or before, after is not None, now))
    return answers, changed


def _is_heeded(state: CircuitState, step: CircuitStep) -> bool:
    return state.changed_at is None or state.changed_at == step.seen


def _nothing(_state: CircuitState, _step: CircuitStep, _now: datetime) -> CircuitState | None:
    return None


def _failed(state: CircuitState, step: CircuitStep, now: datetime) -> CircuitState | None:
    if not _is_heeded(state, step):
        return None
    more = replace(state.failed(step.error, now), failures=state.failures + 1)
    if more.failures < step.rule.failures:
        return more
    return more.opened(now, now + step.rule.recover_after)


def _succeeded(state: CircuitState, step: CircuitStep, _now: datetime) -> CircuitState | None:
    return state.recovered() if _is_heeded(state, step) else None


def _asked(state: CircuitState, step: CircuitStep, now: datetime) -> CircuitState | None:
    if not state.may_probe(step.rule, step.job_id, now):
        return None
    kept = now + step.rule.recover_after
    return replace(state, probes={**state.probing(now), step.job_id: kept})


def _probe_failed(state: CircuitState, step: CircuitStep, now: datetime) -> CircuitState | None:
    if not step.job_id or not _is_heeded(state, step):
        return None
    return state.failed(step.error, now).opened(now, now + step.rule.recover_after)


def _probe_succeeded(state: CircuitState, step: CircuitStep, now: datetime) -> CircuitState | None:
    return _closed(state, step, now) if step.job_id and _is_heeded(state, step) else None


def _gave_back(state: CircuitState, step: CircuitStep, _now: datetime) -> CircuitState | None:
    return replace(state, probes={k: v for k, v in state.probes.items() if k != step.job_id})


def _by_hand(state: CircuitState, _step: CircuitStep, now: datetime) -> CircuitState | None:
    return state if state.is_by_hand else state.opened(now, UNTIL_CLOSED)


def _closed(_state: CircuitState, _step: CircuitStep, now: datetime) -> CircuitState | None:
    return CircuitState(changed_at=now)


_Rule = Callable[[CircuitState, CircuitStep, datetime], CircuitState | None]
_RULES: Final[Mapping[tuple[CircuitPhase, CircuitEvent], _Rule]] = {
    (CircuitPhase.CLOSED, CircuitEvent.FAILED): _failed,
    (CircuitPhase.CLOSED, CircuitEvent.SUCCEEDED): _succeeded,
    (CircuitPhase.HALF_OPEN, CircuitEvent.ASKED): _asked,
    (CircuitPhase.HALF_OPEN, CircuitEvent.FAILED): _probe_failed,
    (CircuitPhase.HALF_OPEN, CircuitEvent.SUCCEEDED): _probe_succeeded,
    (CircuitPhase.HALF_OPEN, CircuitEvent.GAVE_BACK): _gave_back,
    **{(phase, CircuitEvent.OPENED): _by_hand for phase in CircuitPhase},
    **{(phase, CircuitEvent.CLOSED): _closed for phase in CircuitPhase},
}
