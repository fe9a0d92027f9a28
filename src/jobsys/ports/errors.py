"""What an adapter reports when its technology fails; foreign errors never pass a port."""

from jobsys.domain.errors import JobsysError


class AdapterError(JobsysError):
    """A technology behind a port failed."""

    code = "SRV_6001"


class QueueUnavailable(AdapterError):
    """The backend does not answer, or refuses for now; whether the call took effect is unknown.

    Every call of a queue can be repeated safely.
    """

    code = "SRV_6003"


class QueueGone(QueueUnavailable):
    """What the jobs were kept in is not where it was; the process that had it open cannot go on."""


class QueueDamaged(AdapterError):
    """Something in the backend is not what jobsys wrote there; the call changed nothing."""

    code = "SRV_6002"


class MailerUnavailable(AdapterError):
    """Mail cannot be handed over now; whether the last one went out is unknown."""

    code = "SRV_6003"


class WebhookUnavailable(AdapterError):
    """A webhook cannot be posted now; whether the last one arrived is unknown."""

    code = "SRV_6003"


class ArchiveUnavailable(AdapterError):
    """The archive cannot be written, or read, now."""

    code = "SRV_6003"


class MissingExtra(AdapterError):
    """A feature needs a package that is not installed."""

    code = "MISSING_EXTRA"
