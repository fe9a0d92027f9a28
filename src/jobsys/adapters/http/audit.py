"""Who has changed what: a line of the log `jobsys.audit` for each change that was asked for."""

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from jobsys.domain.errors import JobsysError
from jobsys.domain.redaction import redacted, without_secrets

log = logging.getLogger("jobsys.audit")


@dataclass
class Change:
    """What is told of a change: what it was done to, and how that stood before and after."""

    who: str
    action: str
    thing: str
    before: object = None
    after: object = None
    outcome: str = "done"


@asynccontextmanager
async def audited(who: str, action: str, thing: str) -> AsyncGenerator[Change]:
    """Tells of a change once it is made, or has failed."""
    change = Change(who, action, thing)
    try:
        yield change
    except BaseException as error:
        change.outcome = error.code if isinstance(error, JobsysError) else type(error).__name__
        raise
    finally:
        tell(change)


def tell(change: Change) -> None:
    """Writes one line; secrets in it are masked.

    It is a warning, so that it is written in production as well; JSON keeps it on one line.
    """
    told = {
        "at": datetime.now(UTC).isoformat(),
        "who": change.who,
        "action": change.action,
        "object": redacted(change.thing),
        "before": without_secrets(change.before),
        "after": without_secrets(change.after),
        "outcome": change.outcome,
    }
    log.warning("%s", json.dumps(told, default=str))
