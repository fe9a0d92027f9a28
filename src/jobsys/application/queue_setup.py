"""Setting of queues what the settings say of them."""

from collections.abc import Mapping

from jobsys.application.queues import QueueBook
from jobsys.domain.queue_policy import PolicyChange
from jobsys.ports.lifecycle import Component


class QueueSetup(Component):
    """Sets the policies that this program names, at each start; what it leaves out stays."""

    def __init__(self, queues: QueueBook, wanted: Mapping[str, PolicyChange]) -> None:
        self._queues = queues
        self._wanted = wanted

    async def start(self) -> None:
        """Sets them, in a store that has been opened."""
        for queue, changes in self._wanted.items():
            await self._queues.configure(queue, **changes)

    async def stop(self) -> None:
        """Leaves the policies as they are."""
