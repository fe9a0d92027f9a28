"""What a circuit may say of itself, and each row of the table of its life."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobsys import BaseJob, Circuit, ConfigurationError
from jobsys.domain.circuit import CircuitRule
from jobsys.domain.circuit_state import UNTIL_CLOSED, CircuitPhase, CircuitState, read
from jobsys.domain.circuit_steps import CircuitEvent, CircuitStep, taken
from jobsys.testing.virtual_clock import START

RULE = CircuitRule("bank", failures=2, recover_after=timedelta(seconds=60))
CLOSED = CircuitState(changed_at=START)
FAILING = CircuitState(1, START).failed("OSError: refused", START)
OPEN = replace(FAILING, failures=2, open_until=START + RULE.recover_after)
HALF_OPEN = replace(OPEN, open_until=START)
TRIES = replace(HALF_OPEN, probes={"default:a": START + RULE.recover_after})
BY_HAND = CircuitState(0, START, UNTIL_CLOSED)

STAYS = [
    (CLOSED, CircuitEvent.ASKED, "default:a"),
    (CLOSED, CircuitEvent.GAVE_BACK, "default:a"),
    *((OPEN, event, "default:a") for event in (CircuitEvent.ASKED, CircuitEvent.FAILED)),
    *((OPEN, event, "default:a") for event in (CircuitEvent.SUCCEEDED, CircuitEvent.GAVE_BACK)),
    *((HALF_OPEN, event, "") for event in (CircuitEvent.FAILED, CircuitEvent.SUCCEEDED)),
    (TRIES, CircuitEvent.ASKED, "default:b"),
    *((state, CircuitEvent.LOOKED, "") for state in (CLOSED, OPEN, HALF_OPEN, TRIES)),
]
BECOMES = [
    (CLOSED, CircuitEvent.FAILED, "", FAILING),
    (FAILING, CircuitEvent.FAILED, "", OPEN),
    (FAILING, CircuitEvent.SUCCEEDED, "", CLOSED),
    (HALF_OPEN, CircuitEvent.ASKED, "default:a", TRIES),
    (TRIES, CircuitEvent.ASKED, "default:a", TRIES),
    (TRIES, CircuitEvent.GAVE_BACK, "default:a", HALF_OPEN),
    (TRIES, CircuitEvent.FAILED, "default:a", OPEN),
    (TRIES, CircuitEvent.SUCCEEDED, "default:a", CLOSED),
    *((state, CircuitEvent.CLOSED, "", CLOSED) for state in (CLOSED, OPEN, HALF_OPEN, TRIES)),
    (CLOSED, CircuitEvent.OPENED, "", BY_HAND),
    (OPEN, CircuitEvent.OPENED, "", replace(OPEN, open_until=UNTIL_CLOSED)),
    (TRIES, CircuitEvent.OPENED, "", replace(OPEN, open_until=UNTIL_CLOSED)),
]


def step(event: CircuitEvent, job_id: str) -> CircuitStep:
    return CircuitStep(event, RULE, job_id, START, "OSError: refused")


@pytest.mark.parametrize(("state", "event", "job_id"), STAYS)
def test_a_step_that_the_table_has_not_changes_nothing_and_does_not_count(
    state: CircuitState, event: CircuitEvent, job_id: str
) -> None:
    [answer], changed = taken({"bank": state}, [step(event, job_id)], START)
    assert (answer.state, answer.counted, changed) == (state, False, {})


@pytest.mark.parametrize(("state", "event", "job_id", "after"), BECOMES)
def test_each_row_of_the_table_leads_where_it_says(
    state: CircuitState, event: CircuitEvent, job_id: str, after: CircuitState
) -> None:
    [answer], changed = taken({"bank": state}, [step(event, job_id)], START)
    assert (answer.state, answer.counted) == (after, True)
    stored = changed.get("bank", after.kept(START))
    assert stored == after.kept(START)


@pytest.mark.parametrize("event", [CircuitEvent.FAILED, CircuitEvent.SUCCEEDED])
@pytest.mark.parametrize("state", [CLOSED, TRIES])
def test_what_began_before_the_last_change_does_not_count(
    state: CircuitState, event: CircuitEvent
) -> None:
    late = CircuitStep(event, RULE, "default:a", START - timedelta(seconds=1))
    [answer], changed = taken({"bank": state}, [late], START)
    assert (answer.counted, changed) == (False, {})


def test_it_keeps_what_the_last_failure_said_and_when_the_first_was_told() -> None:
    later = START + timedelta(seconds=1)
    again = replace(step(CircuitEvent.FAILED, "default:a"), error="OSError: still refused")
    for before in (FAILING, TRIES):
        [answer], _ = taken({"bank": before}, [again], later)
        assert answer.state.last_error == "OSError: still refused"
        assert answer.state.failing_since == START
    [silent], _ = taken({"bank": FAILING}, [replace(again, error="")], later)
    assert silent.state.last_error == "OSError: refused"


def test_what_a_release_wrote_that_kept_no_errors_is_read_and_goes_on() -> None:
    older = read('{"failures":1,"changed_at":null,"open_until":null,"probes":{},"kept_until":null}')
    assert older == CircuitState(1)
    [answer], _ = taken({"bank": older}, [step(CircuitEvent.FAILED, "")], START)
    assert (answer.state.failures, answer.state.last_error) == (2, "OSError: refused")


def test_a_success_of_a_circuit_without_failures_changes_nothing() -> None:
    kept = CLOSED.kept(START)
    _, changed = taken({"bank": kept}, [step(CircuitEvent.SUCCEEDED, "")], START)
    assert changed == {}


def test_a_circuit_without_a_name_is_called_as_the_type_that_has_it_first() -> None:
    class PayInvoice(BaseJob):
        circuit = Circuit()

    class PayTwice(PayInvoice):
        pass

    assert PayInvoice.circuit == PayTwice.circuit == Circuit("pay_invoice")


@pytest.mark.parametrize("wrong", [5, "bank", {"failures": 0}])
def test_what_is_no_circuit_is_refused_when_the_class_is_made(wrong: object) -> None:
    with pytest.raises(ConfigurationError, match="a class variable is wrong"):
        type("Wrong", (BaseJob,), {"circuit": wrong, "__module__": __name__})


@pytest.mark.parametrize(
    "wrong", [{"failures": 0}, {"probes": 0}, {"recover_after": "1ms"}, {"recover_after": "2d"}]
)
def test_a_circuit_that_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        Circuit(**wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] (meant)


def test_only_what_is_named_counts_where_classes_are_named() -> None:
    narrow = Circuit("bank", counts_on=(OSError,), ignores=("FileNotFoundError",))
    assert [narrow.counts(error) for error in (ConnectionError(), FileNotFoundError(), KeyError())] == [
        True,
        False,
        False,
    ]  # fmt: skip


def test_a_state_that_is_over_is_forgotten_by_the_next_step() -> None:
    over = CircuitState(1, kept_until=START)
    [answer], changed = taken({"bank": over}, [step(CircuitEvent.FAILED, "")], START)
    assert answer.state.failures == 1
    assert taken({"old": over}, [], START)[1] == {"old": None}
    assert changed.keys() == {"bank"}
    assert answer.state.phase(START) is CircuitPhase.CLOSED
