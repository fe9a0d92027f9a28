"""What goes on although its attempt is over, and nobody in this process can end it."""

import logging
import threading
from concurrent.futures import Future

from jobsys.application.execution_log import ids
from jobsys.domain.lease import Lease
from jobsys.ports.job_metrics import JobMetrics

log = logging.getLogger("jobsys.execution")


class LeftRunning:
    """Counts such threads and tasks, in a metric as well, and tells in the log of each; for any thread."""

    def __init__(self, metrics: JobMetrics) -> None:
        self._metrics = metrics
        self._lock = threading.Lock()
        self._number = 0

    def thread(self, lease: Lease, outcome: "Future[object]") -> None:
        """Takes note of a thread that its attempt has left behind, until the thread ends."""
        self.begin(lease, "thread")
        outcome.add_done_callback(lambda _: self.end(lease, "thread"))

    def begin(self, lease: Lease, what: str) -> None:
        """Takes note that one more goes on."""
        self._count(1)
        log.warning(
            "job %s was stopped, and its %s goes on all the same: it is leaked until it ends, its slot"
            ' is free again, and whatever it returns is refused; isolation = "process" can be ended',
            *(lease.record.id, what),
            extra=ids(lease),
        )

    def end(self, lease: Lease, what: str) -> None:
        """Takes note that one of them has ended."""
        self._count(-1)
        said = "the %s that job %s had leaked has ended: what it returned is refused"
        log.info(said, what, lease.record.id, extra=ids(lease))

    def _count(self, change: int) -> None:
        with self._lock:
            self._number += change
            self._metrics.set_leaked_threads(self._number)
