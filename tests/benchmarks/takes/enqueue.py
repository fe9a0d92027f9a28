"""How many jobs one process queues in a second, and what they take in the store."""

from collections.abc import Mapping

from tests.benchmarks import run_log
from tests.benchmarks.contenders import Contender
from tests.benchmarks.processes import cpu
from tests.benchmarks.reading import Reading, Take
from tests.benchmarks.stage import Stage


def enqueue(mode: str) -> Take:
    """Returns what queues jobs in this way; a worker then runs them all, as the proof."""

    def take(stage: Stage, contender: Contender, jobs: int) -> Reading:
        stage.reset(contender)
        shared = stage.place_of(contender).shared
        figures = queued(stage, contender, jobs, mode) if shared else None
        with stage.workers(contender, "noop", jobs, mode) as workers:
            stage.until_ran(jobs, workers)
        figures = figures or told(stage.told(), jobs)
        return Reading(figures, run_log.fault(stage.log.read(), jobs))

    return take


def queued(stage: Stage, contender: Contender, jobs: int, mode: str) -> dict[str, float]:
    """Has a client queue jobs, and returns what that cost on both sides."""
    server, redis = stage.place_of(contender).pids, stage.redis(contender)
    used, memory = cpu(server), redis.memory if redis else 0
    figures = told(stage.client(contender, "put", "noop", jobs, mode), jobs)
    if server:
        figures["server_us"] = (cpu(server) - used) / jobs * 1e6
    if redis:
        figures["bytes"] = (redis.memory - memory) / jobs
    return figures


def told(took: Mapping[str, float], jobs: int) -> dict[str, float]:
    """Returns the figures of what a client has told of its work."""
    return {"rate": jobs / took["seconds"], "client_us": took["cpu"] / jobs * 1e6}
