"""The one rule for names: of queues, job types, keys and workers."""

import re
from typing import Final

from jobsys.domain.errors import InvalidName

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def checked_name(what: str, text: str) -> str:
    """Returns `text` if it is a name: 1 to 64 letters, digits, `_`, `.` or `-`, not led by a sign.

    >>> checked_name("queue", "emails")
    'emails'
    >>> checked_name("queue", "jobs:*")
    Traceback (most recent call last):
    ...
    jobsys.domain.errors.InvalidName: queue 'jobs:*' is not a name: use 1 to 64 letters, ...
    """
    if NAME.fullmatch(text) is None:
        shown = text if len(text) <= 80 else f"{text[:80]}…"
        raise InvalidName(
            f"{what} {shown!r} is not a name: use 1 to 64 letters, digits, '_', '.' or '-',"
            " the first of them a letter or digit"
        )
    return text


def worker_of(lane: str) -> str:
    """Returns the worker that a lane belongs to: what its name begins with.

    >>> worker_of("w1a2b3c4.0")
    'w1a2b3c4'
    """
    return lane.partition(".")[0]


def normalised(job_type: str) -> str:
    """Returns the stored form of a type's name: `SEND-Email` and `send_email` are one type.

    >>> normalised("SEND-Email")
    'send_email'
    """
    return job_type.lower().replace("-", "_")
