"""What the attempts of a worker work with."""

import random
from collections.abc import Callable

from jobsys.application.circuit_breaker import CircuitBreaker
from jobsys.application.deadlines import Deadlines
from jobsys.application.execution_options import DEFAULT_OPTIONS, ExecutionOptions
from jobsys.application.handlers import HandlerRegistry
from jobsys.application.hints import UnroutableHints
from jobsys.application.left_running import LeftRunning
from jobsys.ports.clock import Clock
from jobsys.ports.job_metrics import JobMetrics


class Equipment:
    """Shared by all attempts of a worker."""

    def __init__(  # noqa: PLR0913 (what attempts of all kinds need)
        self,
        handlers: HandlerRegistry,
        metrics: JobMetrics,
        clock: Clock,
        options: ExecutionOptions = DEFAULT_OPTIONS,
        draw: Callable[[], float] = random.random,
        *,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self.handlers = handlers
        self.metrics = metrics
        self.clock = clock
        self.options = options
        self.draw = draw
        self.breaker = breaker
        self.deadlines = Deadlines()
        self.unroutable = UnroutableHints(clock)
        self.left_running = LeftRunning(metrics)
