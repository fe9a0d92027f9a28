"""What the store is worth, said at the start: in the log, or as a refusal."""

import logging
from collections.abc import Mapping, Sequence
from typing import Final

from jobsys.domain.errors import ConfigurationError
from jobsys.ports.durability import Durable, Severity, Weakness
from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.durability")

LEVELS: Final[Mapping[Severity, int]] = {
    Severity.CRITICAL: logging.CRITICAL,
    Severity.WARNING: logging.WARNING,
    Severity.INFO: logging.INFO,
}


class DurabilityCheck(Component):
    """Asks the store at the start; `strict` refuses one that may lose accepted jobs."""

    def __init__(self, store: Durable, strict: bool) -> None:
        self._store = store
        self._strict = strict

    async def passed(self) -> Sequence[Weakness]:
        """Returns the store's weaknesses.

        Raises:
            ConfigurationError: it has one, and the check is strict.
            QueueUnavailable: it does not answer.
        """
        found = await self._store.weaknesses()
        if found and self._strict:
            told = "; ".join(f"{one.message} ({one.code})" for one in found)
            raise ConfigurationError(f"strict_durability refuses this store: {told}")
        return found

    async def start(self) -> None:
        """Writes the weaknesses into the log.

        Raises:
            ConfigurationError: the store has one, and the check is strict.
            QueueUnavailable: it does not answer.
        """
        for one in await self.passed():
            log.log(LEVELS[one.severity], "%s: %s", one.code, one.message)

    async def stop(self) -> None:
        """Has begun nothing."""
