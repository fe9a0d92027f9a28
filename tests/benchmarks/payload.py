"""The job that every measurement moves: about 200 bytes of JSON."""

from jobsys import BaseJob


class Noop(BaseJob):
    """Does nothing; its fields are those of an ordinary mail job."""

    number: int
    to: str = "user00000001@example.org"
    subject: str = "Your weekly report is ready"
    template: str = "weekly_report"
    locale: str = "en_GB"
    tags: tuple[str, ...] = ("report", "weekly")


def noops(number: int) -> list[Noop]:
    """Returns so many jobs."""
    return [Noop(number=n) for n in range(number)]
