"""What lives and ends with the process, and lies in no backend."""

from dataclasses import dataclass

from jobsys.application.announcer import Announcer
from jobsys.application.background import BackgroundCalls


@dataclass(frozen=True, slots=True)
class ThisProcess:
    """The parts of one process that the service speaks to."""

    announcer: Announcer
    background: BackgroundCalls
