"""The blocking classes have the methods of the async ones, with the same arguments."""

import subprocess
import sys
from inspect import signature

import pytest

from jobsys import BackgroundJobService
from jobsys.application.circuits import CircuitBook
from jobsys.application.dead_letters import DeadLetterBook
from jobsys.application.queues import QueueBook
from jobsys.application.scaling import ScalingBook
from jobsys.application.schedules import ScheduleBook
from jobsys.blocking import (
    BlockingCircuitBook,
    BlockingDeadLetterBook,
    BlockingJobService,
    BlockingQueueBook,
    BlockingScalingBook,
    BlockingScheduleBook,
)

PAIRS = [
    (BackgroundJobService, BlockingJobService),
    (ScheduleBook, BlockingScheduleBook),
    (QueueBook, BlockingQueueBook),
    (ScalingBook, BlockingScalingBook),
    (CircuitBook, BlockingCircuitBook),
    (DeadLetterBook, BlockingDeadLetterBook),
]
OF_THE_FACADE = {"call"}


def methods(cls: type) -> set[str]:
    return {name for name in dir(cls) if name[0] != "_" and callable(getattr(cls, name))}


@pytest.mark.parametrize(("original", "facade"), PAIRS)
def test_the_facade_has_every_public_method_and_no_other(original: type, facade: type) -> None:
    assert methods(facade) - OF_THE_FACADE == methods(original)


@pytest.mark.parametrize(
    ("original", "facade", "name"),
    [(original, facade, name) for original, facade in PAIRS for name in sorted(methods(original))],
)
def test_a_method_takes_and_returns_what_its_original_does(
    original: type, facade: type, name: str
) -> None:
    taken, expected = (signature(getattr(cls, name)) for cls in (facade, original))
    assert str(taken.parameters) == str(expected.parameters)  # each module has a P of its own
    assert taken.return_annotation == expected.return_annotation or name == "events"
    assert getattr(facade, name).__name__ == name
    assert getattr(facade, name).__doc__


def test_the_module_is_imported_without_the_container() -> None:
    program = "import sys, jobsys.blocking; print('jobsys.container' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)
    assert done.stdout == b"False\n"
