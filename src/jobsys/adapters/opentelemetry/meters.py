"""Measuring what is sent and processed, under a bounded number of names."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from opentelemetry.metrics import MeterProvider, get_meter

from jobsys.adapters.opentelemetry.conventions import (
    DESTINATION,
    ERROR_TYPE,
    JOB_TYPE,
    Attributes,
    of_operation,
)
from jobsys.adapters.opentelemetry.quiet import QUIETLY
from jobsys.domain.lease import Lease
from jobsys.ports.metric_families import LARGEST_FAMILY, Names
from jobsys.ports.submission import Submission

BUCKETS: Final = (
    *(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
    *(30.0, 60.0, 300.0, 900.0, 3600.0),
)
"""Those that the conventions advise, and more beyond: a job may take an hour."""


class Meters:
    """The metrics of the conventions; queues, types and errors beyond 200 of each are "other"."""

    def __init__(self, provider: MeterProvider | None) -> None:
        meter = get_meter("jobsys", meter_provider=provider)
        self._sent = meter.create_counter(
            "messaging.client.sent.messages", "{message}", "Jobs that were handed to the backend."
        )
        self._consumed = meter.create_counter(
            "messaging.client.consumed.messages", "{message}", "Attempts that were begun."
        )
        self._sending = meter.create_histogram(
            "messaging.client.operation.duration",
            "s",
            "How long calls to the backend took.",
            explicit_bucket_boundaries_advisory=BUCKETS,
        )
        self._processing = meter.create_histogram(
            "messaging.process.duration",
            "s",
            "How long attempts took.",
            explicit_bucket_boundaries_advisory=BUCKETS,
        )
        self._queues, self._types, self._errors = (Names(LARGEST_FAMILY) for _ in range(3))

    def sent(self, submissions: Sequence[Submission], seconds: float, error: str) -> None:
        """Counts jobs that a call was made with, and measures the call; `error` is empty if it did."""
        jobs = Counter((one.job_id.queue, one.header.type) for one in submissions)
        queues = {queue for queue, _ in jobs}
        with QUIETLY:
            queue = queues.pop() if len(queues) == 1 else ""
            self._sending.record(seconds, self._attributes("send", queue, error))
            for (queue, job_type), number in jobs.items():
                self._sent.add(number, self._attributes("send", queue, error, job_type))

    def processed(self, lease: Lease, seconds: float, error: str) -> None:
        """Counts an attempt and measures it."""
        record = lease.record
        attributes = self._attributes("process", record.id.queue, error, record.job_type)
        with QUIETLY:
            self._processing.record(seconds, attributes)
            self._consumed.add(1, attributes)

    def _attributes(self, operation: str, queue: str, error: str, job_type: str = "") -> Attributes:
        told = of_operation(operation)
        named = (
            (DESTINATION, queue, self._queues),
            (JOB_TYPE, job_type, self._types),
            (ERROR_TYPE, error, self._errors),
        )
        return told | {what: names.admitted(name) for what, name, names in named if name}
