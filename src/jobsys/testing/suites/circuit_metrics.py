"""What `JobMetrics` promises of circuits."""

from jobsys.domain.circuit_state import CircuitPhase
from jobsys.ports.metric_families import CIRCUIT_HOLDS, CIRCUIT_STATE
from jobsys.testing.metrics import MetricsUnderTest


class CircuitMetricsSuite:
    """One test for each sentence."""

    def test_circuits_stand_where_they_were_set_last_and_no_others_stand_anywhere(
        self, counted: MetricsUnderTest
    ) -> None:
        counted.metrics.set_circuit_phases({"a": CircuitPhase.OPEN, "b": CircuitPhase.OPEN})
        phases = dict[str, CircuitPhase](zip(["a", "c", "d"], CircuitPhase, strict=True))
        counted.metrics.set_circuit_phases(phases)
        seen = counted.seen().readings[CIRCUIT_STATE.name].numbers
        assert seen == {("a",): 0, ("c",): 1, ("d",): 2}

    def test_jobs_that_a_circuit_holds_are_counted_by_its_name(
        self, counted: MetricsUnderTest
    ) -> None:
        for name in ("a", "b", "a"):
            counted.metrics.increment_jobs_held(name)
        seen = counted.seen().readings[CIRCUIT_HOLDS.name].numbers
        assert seen == {("a",): 2, ("b",): 1}
