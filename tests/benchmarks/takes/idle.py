"""What a worker costs that has nothing to do."""

from time import sleep
from typing import Final

from tests.benchmarks.contenders import Contender
from tests.benchmarks.processes import cpu, resident
from tests.benchmarks.reading import Reading
from tests.benchmarks.stage import Stage
from tests.benchmarks.takes.warm import warm

SECONDS: Final = 30.0
"""As long as twice the longest of its pauses: it collects its gauges each 15 seconds."""


def idle(stage: Stage, contender: Contender, _jobs: int) -> Reading:
    """Looks at a worker for half a minute, once it has run a first job."""
    stage.reset(contender)
    redis = stage.redis(contender)
    with stage.workers(contender) as workers:
        warm(stage, contender, workers)
        used, commands = cpu([workers[0].pid]), redis.commands if redis else 0
        sleep(SECONDS)
        asked = redis.commands - commands - 1 if redis else 0  # without the question itself
        used = cpu([workers[0].pid]) - used
        figures = {"idle_cpu": used / SECONDS, "rss_mb": resident(workers[0].pid)}
    return Reading({**figures, "commands": asked / SECONDS} if redis else figures)
