"""What `JobMetrics.custom` promises to handlers."""

from collections.abc import Callable
from typing import Final

import pytest

from jobsys.ports.job_metrics import CustomMetrics
from jobsys.ports.metric_families import CUSTOM_PREFIX, OTHER
from jobsys.testing.metrics import MetricsUnderTest
from jobsys.testing.suites.metrics import of

Count = Callable[[CustomMetrics], None]

REFUSED: Final[dict[str, Count]] = {
    "a name that is none": lambda custom: custom.counter("orders{}"),
    "a name that a histogram adds itself": lambda custom: custom.gauge("orders_bucket", 1),
    "a counter that shall fall": lambda custom: custom.counter("orders", -1),
    "no finite number": lambda custom: custom.gauge("orders", float("nan")),
    "no number": lambda custom: custom.gauge("orders", "many"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "another kind": lambda custom: custom.gauge("seen", 1),
    "other labels": lambda custom: custom.counter("seen", kind="x"),
    "a label that is none": lambda custom: custom.counter("orders", le="1"),
}


class CustomMetricsSuite:
    """One test for each sentence."""

    def test_a_counter_adds_up_under_its_labels(self, counted: MetricsUnderTest) -> None:
        counted.metrics.custom.counter("orders_total", kind="new")
        counted.metrics.custom.counter("orders_total", 2.5, kind="new")
        counted.metrics.custom.counter("orders", kind="old")
        reading = counted.seen().readings[f"{CUSTOM_PREFIX}orders_total"]
        assert reading.family.labels == ("kind",)
        assert reading.numbers == {("new",): 3.5, ("old",): 1}

    def test_a_gauge_is_what_was_set_last(self, counted: MetricsUnderTest) -> None:
        for number in (7, 3):
            counted.metrics.custom.gauge("stock", number, shop=1, aisle="a")
        reading = counted.seen().readings[f"{CUSTOM_PREFIX}stock"]
        assert reading.numbers == {("a", "1"): 3}

    def test_observations_fall_into_buckets(self, counted: MetricsUnderTest) -> None:
        counted.metrics.custom.observe("payment_seconds", 0.5)
        counted.metrics.custom.observe("payment_seconds", 2)
        reading = counted.seen().readings[f"{CUSTOM_PREFIX}payment_seconds"]
        assert reading.distributions == {(): of(0.5, 2)}

    @pytest.mark.parametrize("what", REFUSED)
    def test_what_cannot_be_counted_is_dropped_and_a_warning_says_so_once(
        self, counted: MetricsUnderTest, what: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        counted.metrics.custom.counter("seen")
        before = counted.seen().readings
        for _ in range(3):
            REFUSED[what](counted.metrics.custom)
        assert counted.seen().readings == before
        assert caplog.text.count("is not counted") == 1

    def test_the_fifty_first_name_is_dropped(self, counted: MetricsUnderTest) -> None:
        for number in range(51):
            counted.metrics.custom.counter(f"n{number}")
        names = [name for name in counted.seen().readings if name.startswith(CUSTOM_PREFIX)]
        assert names == [f"{CUSTOM_PREFIX}n{number}_total" for number in range(50)]

    def test_series_beyond_the_first_hundred_are_one_whose_labels_say_other(
        self, counted: MetricsUnderTest
    ) -> None:
        for number in range(103):
            counted.metrics.custom.counter("n", 1, user=number, kind="x")
        numbers = counted.seen().readings[f"{CUSTOM_PREFIX}n_total"].numbers
        assert len(numbers) == 101
        assert numbers[OTHER, OTHER] == 3
