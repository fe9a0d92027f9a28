"""What the settings say of jobs that fail."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from jobsys.config.groups import Group
from jobsys.config.kinds import Seconds
from jobsys.domain.alert import AlertSeverity
from jobsys.domain.circuit import FAILURES, RECOVER_AFTER, FailureCount, Recovery
from jobsys.domain.mail import checked_address


class CircuitSettings(Group):
    """When circuits open and try again, unless a job class says otherwise."""

    failures: FailureCount = Field(
        default=FAILURES, description="After how many failures in a row a circuit opens."
    )
    recover_after: Recovery = Field(
        default=RECOVER_AFTER, description="How long it stays open before a job tries again."
    )


class AlertSettings(Group):
    """Who is told of dead letters, and how often; mail goes out as `mail` says."""

    to: tuple[Annotated[str, AfterValidator(checked_address)], ...] = Field(
        default=(), description="The addresses that get mail; none: alerts are lines of the log."
    )
    min_severity: AlertSeverity = Field(
        default=AlertSeverity.LOW,
        description="What is sent at least: `low`, `medium`, `high` or `critical`.",
    )
    window: Seconds = Field(
        default=timedelta(minutes=5),
        description="For how long alerts of one cause are gathered into one.",
    )
