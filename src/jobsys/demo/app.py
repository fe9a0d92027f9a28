"""The application that the demo's worker processes run."""

import atexit
import os
import signal
import threading
from typing import Final

from jobsys import JobsysContainer, Settings
from jobsys.demo.counting import leave_tally
from jobsys.demo.jobs import DemoHandlers, Ledgered
from jobsys.demo.ledger import Ledger
from jobsys.demo.work_folder import WorkFolder

STANDARD_INPUT: Final = 0


def container() -> JobsysContainer:
    """Returns a container whose settings come from the environment; the last root is the demo's."""
    made = JobsysContainer(Settings())
    work = WorkFolder(made.settings().files[-1])
    made.use(Ledgered(Ledger(work.ledger)))
    DemoHandlers(work).register(made)

    async def say_so() -> None:
        work.ready(os.getpid()).touch()

    made.lifecycle().on_start(say_so)
    atexit.register(leave_tally, made.metrics(), work)
    threading.Thread(target=_end_with_parent, name="demo-parent", daemon=True).start()
    return made


def _end_with_parent() -> None:
    """Waits until nobody holds the other end of standard input, then ends this process in order."""
    while os.read(STANDARD_INPUT, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
