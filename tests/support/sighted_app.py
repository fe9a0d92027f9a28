"""An application whose import needs a variable and begins a thread."""

import os

from jobsys import JobsysContainer, Settings
from tests.support import threaded_app
from tests.support.deeds import DEEDS
from tests.support.isolated_app import Blind

NEEDED = os.environ["NEEDED"]
BACKGROUND = threaded_app.__name__


def container() -> JobsysContainer:
    """Makes a container whose jobs see less than its import."""
    made = JobsysContainer(Settings(backend="memory://"))
    made.handles(Blind)(lambda job, context: DEEDS[job.does](job, context))
    return made
