"""What `Circuits` promises."""

import asyncio
from datetime import timedelta
from typing import Final

import pytest

from jobsys.domain.circuit import CircuitRule
from jobsys.domain.circuit_state import UNTIL_CLOSED, CircuitPhase, CircuitState
from jobsys.domain.circuit_steps import CircuitAnswer, CircuitEvent, CircuitStep
from jobsys.ports.circuits import Circuits
from jobsys.testing.backend import CircuitsUnderTest
from jobsys.testing.virtual_clock import START

PERIOD: Final = timedelta(seconds=60)
SMTP: Final = CircuitRule("smtp", failures=3, recover_after=PERIOD)
MOMENT: Final = timedelta(milliseconds=1)


async def take(
    circuits: Circuits, *events: CircuitEvent, rule: CircuitRule = SMTP, job_id: str = ""
) -> CircuitAnswer:
    """Takes steps as one who has just looked, and returns the last answer."""
    [seen] = await circuits.take([CircuitStep(CircuitEvent.LOOKED, rule)])
    steps = [CircuitStep(event, rule, job_id, seen.state.changed_at) for event in events]
    return [seen, *await circuits.take(steps)][-1]


async def phase(circuits: Circuits, rule: CircuitRule = SMTP) -> CircuitPhase:
    """Returns whether jobs run by what the backend's clock shows."""
    answer = await take(circuits, rule=rule)
    return answer.state.phase(answer.now)


async def half_open(backend: CircuitsUnderTest, rule: CircuitRule = SMTP) -> None:
    """Opens a circuit, and lets its time pass."""
    await take(backend.circuits, *[CircuitEvent.FAILED] * rule.failures, rule=rule)
    await backend.advance(rule.recover_after)


class SharedCircuits:
    """One test for each sentence about what all workers share."""

    async def test_a_circuit_of_which_nobody_has_told_is_closed_and_has_no_failures(
        self, backend: CircuitsUnderTest
    ) -> None:
        answer = await take(backend.circuits)
        assert answer == CircuitAnswer(CircuitState(), False, START)

    async def test_steps_are_applied_in_their_order_and_each_is_answered(
        self, backend: CircuitsUnderTest
    ) -> None:
        events = [CircuitEvent.FAILED, CircuitEvent.FAILED, CircuitEvent.SUCCEEDED]
        answers = await backend.circuits.take([CircuitStep(event, SMTP) for event in events])
        assert [answer.state.failures for answer in answers] == [1, 2, 0]
        assert all(answer.counted for answer in answers)

    async def test_failures_in_a_row_open_it_for_everybody_by_the_backends_clock(
        self, backend: CircuitsUnderTest
    ) -> None:
        other = await backend.another_circuits()
        await take(backend.circuits, CircuitEvent.FAILED, CircuitEvent.FAILED)
        assert await phase(other) is CircuitPhase.CLOSED
        await take(other, CircuitEvent.FAILED)
        await backend.advance(PERIOD - MOMENT)
        assert await phase(backend.circuits) is CircuitPhase.OPEN
        await backend.advance(MOMENT)
        assert await phase(backend.circuits) is CircuitPhase.HALF_OPEN

    async def test_of_failures_told_at_the_same_time_each_counts_once(
        self, backend: CircuitsUnderTest
    ) -> None:
        patient = CircuitRule("smtp", failures=1000)
        callers = [backend.circuits, await backend.another_circuits()] * 10
        failure = CircuitStep(CircuitEvent.FAILED, patient)
        answers = await asyncio.gather(*[caller.take([failure]) for caller in callers])
        assert sorted(one.state.failures for [one] in answers) == [*range(1, len(callers) + 1)]

    @pytest.mark.parametrize("rights", [1, 3])
    async def test_of_many_who_ask_at_the_same_time_as_many_may_probe_as_its_rule_says(
        self, backend: CircuitsUnderTest, rights: int
    ) -> None:
        rule = CircuitRule("smtp", 1, PERIOD, probes=rights)
        await half_open(backend, rule)
        callers = [backend.circuits, await backend.another_circuits()] * 5
        asked = [
            caller.take([CircuitStep(CircuitEvent.ASKED, rule, f"default:{number}")])
            for number, caller in enumerate(callers)
        ]
        assert sum(one.counted for [one] in await asyncio.gather(*asked)) == rights

    async def test_who_has_the_right_to_probe_has_it_when_he_asks_again(
        self, backend: CircuitsUnderTest
    ) -> None:
        await half_open(backend)
        for _ in range(2):
            answer = await take(backend.circuits, CircuitEvent.ASKED, job_id="default:a")
            assert answer.counted

    async def test_the_right_of_one_who_tells_nothing_ends_with_the_backends_clock(
        self, backend: CircuitsUnderTest
    ) -> None:
        await half_open(backend)
        await take(backend.circuits, CircuitEvent.ASKED, job_id="default:dead")
        await backend.advance(PERIOD - MOMENT)
        assert not (await take(backend.circuits, CircuitEvent.ASKED, job_id="default:b")).counted
        await backend.advance(MOMENT)
        assert (await take(backend.circuits, CircuitEvent.ASKED, job_id="default:b")).counted

    async def test_a_probe_that_succeeded_closes_it_and_one_that_failed_opens_it_anew(
        self, backend: CircuitsUnderTest
    ) -> None:
        await half_open(backend)
        asked_and = (CircuitEvent.ASKED, CircuitEvent.FAILED)
        failed = await take(backend.circuits, *asked_and, job_id="default:a")
        assert failed.state.open_until == failed.now + PERIOD
        await backend.advance(PERIOD)
        asked_and = (CircuitEvent.ASKED, CircuitEvent.SUCCEEDED)
        await take(backend.circuits, *asked_and, job_id="default:a")
        closed = await take(await backend.another_circuits())
        assert (closed.state.open_until, closed.state.failures) == (None, 0)

    async def test_what_an_attempt_tells_that_began_before_it_opened_does_not_count(
        self, backend: CircuitsUnderTest
    ) -> None:
        await half_open(backend)
        await take(backend.circuits, CircuitEvent.CLOSED)
        [late] = await backend.circuits.take([CircuitStep(CircuitEvent.FAILED, SMTP)])
        assert (late.counted, late.state.failures) == (False, 0)


class RememberedCircuits:
    """One test for each sentence about what is remembered."""

    async def test_all_that_are_remembered_are_known_with_the_backends_instant(
        self, backend: CircuitsUnderTest
    ) -> None:
        await take(backend.circuits, CircuitEvent.FAILED)
        await take(backend.circuits, CircuitEvent.OPENED, rule=CircuitRule("bank"))
        await backend.advance(MOMENT)
        known = await (await backend.another_circuits()).known()
        assert {name: state.failures for name, state in known.states.items()} == {
            "smtp": 1,
            "bank": 0,
        }
        assert known.states["bank"].open_until == UNTIL_CLOSED
        assert known.now == START + MOMENT

    async def test_what_the_last_failure_said_is_remembered_with_them_and_since_when(
        self, backend: CircuitsUnderTest
    ) -> None:
        for said in ("OSError: refused", "OSError: reset \u00e9"):
            step = CircuitStep(CircuitEvent.FAILED, SMTP, error=said)
            await backend.circuits.take([step])
            await backend.advance(MOMENT)
        other = await backend.another_circuits()
        state = (await other.known()).states["smtp"]
        assert (state.last_error, state.failing_since) == ("OSError: reset \u00e9", START)
        await take(other, CircuitEvent.SUCCEEDED)
        state = (await backend.circuits.known()).states["smtp"]
        assert (state.failures, state.last_error, state.failing_since) == (0, "", None)

    async def test_a_step_that_changes_nothing_leaves_nothing_behind(
        self, backend: CircuitsUnderTest
    ) -> None:
        await take(backend.circuits, CircuitEvent.SUCCEEDED, CircuitEvent.ASKED)
        assert not (await backend.circuits.known()).states

    async def test_a_circuit_is_forgotten_a_day_after_the_last_was_told(
        self, backend: CircuitsUnderTest
    ) -> None:
        await take(backend.circuits, CircuitEvent.FAILED)
        await backend.advance(timedelta(days=1) - MOMENT)
        await take(backend.circuits, CircuitEvent.FAILED, rule=CircuitRule("bank"))
        assert (await backend.circuits.known()).states.keys() == {"bank", "smtp"}
        await backend.advance(MOMENT)
        assert (await backend.circuits.known()).states.keys() == {"bank"}
        assert (await take(backend.circuits, CircuitEvent.FAILED)).state.failures == 1

    async def test_one_that_an_operator_has_opened_is_remembered_until_one_closes_it(
        self, backend: CircuitsUnderTest
    ) -> None:
        await take(backend.circuits, CircuitEvent.OPENED)
        await backend.advance(timedelta(days=400))
        assert await phase(await backend.another_circuits()) is CircuitPhase.OPEN
        await take(backend.circuits, CircuitEvent.CLOSED)
        assert await phase(backend.circuits) is CircuitPhase.CLOSED

    async def test_a_circuit_that_cannot_be_read_is_as_new(
        self, backend: CircuitsUnderTest
    ) -> None:
        await take(backend.circuits, CircuitEvent.FAILED, CircuitEvent.FAILED)
        await backend.damage_circuit("smtp")
        assert (await take(backend.circuits, CircuitEvent.FAILED)).state.failures == 1
