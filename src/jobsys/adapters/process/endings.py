"""What the death of a child says of its job."""

import signal

from jobsys.domain.errors import ChildDied, ExecutionError, OutOfCpuTime
from jobsys.domain.process_limits import ProcessLimits

GONE = "its fork server was killed"


def obituary(end: int | str, limits: ProcessLimits) -> ExecutionError:
    """Returns the error of a job whose process ended with this code, minus a signal's number.

    >>> obituary(3, ProcessLimits())
    ChildDied('the process of the job ended with exit code 3')
    >>> obituary(-11, ProcessLimits())
    ChildDied('the process of the job was killed by SIGSEGV')
    """
    if isinstance(end, str):
        return ChildDied(f"the job has no process: {end}")
    if end >= 0:
        return ChildDied(f"the process of the job ended with exit code {end}")
    if end == -signal.SIGXCPU:
        return OutOfCpuTime(f"the job computed for longer than its limit, {limits.cpu}")
    name = signal.Signals(-end).name
    if end == -signal.SIGKILL:
        name += ", perhaps by the system as it had no memory left"
    elif limits.memory is not None:
        name += f", perhaps as it had no memory left of its {limits.memory:,} bytes"
    return ChildDied(f"the process of the job was killed by {name}")
