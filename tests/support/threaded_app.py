"""An application whose import begins a thread, which no fork of it would have."""

import threading

from jobsys import JobContext, JobsysContainer, Settings
from tests.support.isolated_app import Patient

threading.Thread(target=threading.Event().wait, name="of the application", daemon=True).start()


def container() -> JobsysContainer:
    """Makes a container whose jobs tell which threads there are."""
    made = JobsysContainer(Settings(backend="memory://"))

    @made.handles(Patient)
    def threads(job: Patient, context: JobContext) -> list[str]:
        return [thread.name for thread in threading.enumerate()]

    return made
