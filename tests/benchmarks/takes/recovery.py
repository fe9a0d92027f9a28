"""How soon a job runs again whose worker was killed, on a quiet queue."""

from statistics import median
from time import sleep, time
from typing import Final

from tests.benchmarks.contenders import Contender
from tests.benchmarks.processes import kill
from tests.benchmarks.reading import Reading
from tests.benchmarks.stage import Stage
from tests.benchmarks.takes.warm import warm

RUNS_FOR: Final = 0.5
BEGAN_TWICE_AND_ENDED: Final = [0, 0, 1]


def recovery(stage: Stage, contender: Contender, deaths: int) -> Reading:
    """Kills the worker in mid-job so many times, while another is idle."""
    deaths_of_two = [one_death(stage, contender) for _ in range(deaths)]
    lay = [seconds for seconds, _ in deaths_of_two]
    faults = [fault for _, fault in deaths_of_two if fault]
    return Reading({"seconds": median(lay), "longest": max(lay)}, "; ".join(faults))


def one_death(stage: Stage, contender: Contender) -> tuple[float, str]:
    """Returns for how many seconds a job lay, and what was wrong with its runs."""
    stage.reset(contender)
    with stage.workers(contender) as workers:
        warm(stage, contender, workers)
        stage.client(contender, "put", "hang", 1, "one")
        stage.until_ran(1, workers)
        sleep(RUNS_FOR)
        victim = workers[stage.log.read()[0].worker - 1]
        killed_at = time()
        kill(victim)
        left = [worker for worker in workers if worker is not victim]
        stage.until_ran(len(BEGAN_TWICE_AND_ENDED), left)
    runs = stage.log.read()
    wrong = [run.number for run in runs] != BEGAN_TWICE_AND_ENDED
    return runs[1].at - killed_at, f"its runs: {runs}" if wrong else ""
