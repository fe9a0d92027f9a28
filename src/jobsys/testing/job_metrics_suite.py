"""The conformance suite of the port `JobMetrics`: every adapter that counts passes it."""

from jobsys.testing.suites.circuit_metrics import CircuitMetricsSuite
from jobsys.testing.suites.custom_metrics import CustomMetricsSuite
from jobsys.testing.suites.metrics import MetricsSuite
from jobsys.testing.suites.queue_metrics import QueueMetricsSuite


class JobMetricsSuite(MetricsSuite, CircuitMetricsSuite, CustomMetricsSuite, QueueMetricsSuite):
    """Subclass it as `TestYourJobMetrics`, in a module with a fixture `counted`.

    The fixture returns a fresh `jobsys.testing.metrics.MetricsUnderTest` for each test.
    """
