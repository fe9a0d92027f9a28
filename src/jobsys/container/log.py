"""What writes the log lines of jobsys."""

from typing import TYPE_CHECKING

from jobsys.config import LogSettings

if TYPE_CHECKING:
    from jobsys.adapters.loguru.logging import LoguruLogging


def open_log(log: LogSettings) -> "LoguruLogging":
    """Returns what writes them as the settings say, once it is entered."""
    from jobsys.adapters.loguru.logging import LoguruLogging  # noqa: PLC0415 (a host may log itself)

    return LoguruLogging(log.level, log.format == "json")
