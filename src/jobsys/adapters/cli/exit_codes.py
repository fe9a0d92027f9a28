"""How a process ends after an error."""

from typing import Final

from jobsys.domain.errors import ConfigurationError, InvalidJob, JobsysError
from jobsys.ports.errors import MissingExtra, QueueGone, QueueUnavailable

ERROR: Final = 1
USAGE: Final = 2
CONFIGURATION: Final = 3
GONE: Final = 66  # EX_NOINPUT of sysexits.h
UNAVAILABLE: Final = 69  # EX_UNAVAILABLE

HOPELESS: Final = {
    USAGE: "the command line is wrong",
    CONFIGURATION: "the configuration is wrong",
    GONE: "the file of its jobs is gone, and another start would make a new one",
}
"""After which codes the same command is not to be started again, and why."""


def exit_code_of(error: JobsysError) -> int:
    """Returns how the process ends after an error."""
    if isinstance(error, (ConfigurationError, MissingExtra)):
        return CONFIGURATION
    if isinstance(error, QueueGone):
        return GONE
    if isinstance(error, QueueUnavailable):
        return UNAVAILABLE
    return USAGE if isinstance(error, InvalidJob) else ERROR
