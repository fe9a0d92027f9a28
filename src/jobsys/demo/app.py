"""The application that the demo's worker processes run."""

import os
import signal
import threading
from typing import Final, Protocol

from jobsys import JobsysContainer, Settings
from jobsys.demo.jobs import DemoHandlers, LedgeredFiles
from jobsys.demo.ledger import Ledger
from jobsys.demo.work_folder import WorkFolder

STANDARD_INPUT: Final = 0


class _Provider(Protocol):
    """As much of a provider as is needed here, with its types."""

    def override(self, provider: object, /) -> object: ...


def container() -> JobsysContainer:
    """Returns a container whose settings come from the environment; the last root is the demo's."""
    made = JobsysContainer(Settings())
    work = WorkFolder(made.settings().files[-1])
    ledger = Ledger(work.ledger)
    _swap(made.file_processing_handler, LedgeredFiles(made.file_processing_handler(), ledger))
    DemoHandlers(ledger, work).register(made)

    async def say_so() -> None:
        work.ready(os.getpid()).touch()

    made.lifecycle().on_start(say_so)
    threading.Thread(target=_end_with_parent, name="demo-parent", daemon=True).start()
    return made


def _swap(provider: _Provider, handler: LedgeredFiles) -> None:
    provider.override(handler)


def _end_with_parent() -> None:
    """Waits until nobody holds the other end of standard input, then ends this process in order."""
    while os.read(STANDARD_INPUT, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
