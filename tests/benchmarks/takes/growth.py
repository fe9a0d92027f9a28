"""What it costs that much is waiting already."""

from typing import Final

from tests.benchmarks.contenders import Contender
from tests.benchmarks.places import FilledRedis
from tests.benchmarks.reading import Reading
from tests.benchmarks.stage import Stage
from tests.benchmarks.takes.throughput import throughput

BALLAST: Final = 20
"""How many jobs wait, and as many are delayed, for each that is measured: a million at scale 1."""
JOBS_PER_QUEUE: Final = 1000
LOOKS: Final = 500


def growth(stage: Stage, contender: Contender, jobs: int) -> Reading:
    """Runs jobs before those that wait, and looks up and cancels others one by one."""
    place = stage.place_of(contender)
    if isinstance(place, FilledRedis) and not place.filled:
        waiting = jobs * BALLAST
        stage.client(contender, "load", waiting, max(1, waiting // JOBS_PER_QUEUE))
        place.filled = True
    reading = throughput(stage, contender, jobs)
    took = stage.client(contender, "look", LOOKS)
    costs = {"get_us": took["get"] / LOOKS * 1e6, "cancel_us": took["cancel"] / LOOKS * 1e6}
    return Reading({**reading.figures, **costs}, reading.fault)
