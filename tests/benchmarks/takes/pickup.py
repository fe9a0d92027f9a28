"""How soon an idle worker begins a job that another process has queued."""

from statistics import quantiles
from time import sleep

from tests.benchmarks import run_log
from tests.benchmarks.contenders import Contender
from tests.benchmarks.reading import Reading
from tests.benchmarks.stage import Stage
from tests.benchmarks.takes.warm import warm

GAP = 0.02


def pickup(stage: Stage, contender: Contender, jobs: int) -> Reading:
    """Queues a job each 20 ms; from just before the submit to the handler's first line."""
    stage.reset(contender)
    with stage.workers(contender) as workers:
        warm(stage, contender, workers)
        stage.client(contender, "trickle", jobs, GAP)
        stage.until_ran(jobs, workers)
        sleep(GAP)
    runs = stage.log.read()
    cuts = quantiles([(run.at - run.sent) * 1000 for run in runs], n=100)
    return Reading({"p50_ms": cuts[49], "p99_ms": cuts[98]}, run_log.fault(runs, jobs))
