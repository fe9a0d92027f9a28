"""Workers that are up, and have nothing to do."""

from collections.abc import Sequence
from time import sleep
from typing import Final

from tests.benchmarks.contenders import Contender
from tests.benchmarks.processes import Process
from tests.benchmarks.stage import Stage

SETTLES_FOR: Final = 2.0


def warm(stage: Stage, contender: Contender, workers: Sequence[Process]) -> None:
    """Has the workers run a first job, and returns a moment later, with the log empty again."""
    stage.client(contender, "put", "noop", 1, "one")
    stage.until_ran(1, workers)
    sleep(SETTLES_FOR)
    stage.log.empty()
