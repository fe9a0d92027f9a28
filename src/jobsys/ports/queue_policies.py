"""The durable place of queues' policies."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Protocol

from jobsys.domain.queue_policy import QueuePolicy


class QueuePolicies(Protocol):
    """What was set of each queue; the queue itself goes by it, in the same step as it acts.

    Every method raises `QueueUnavailable` when the backend does not answer.
    """

    @abstractmethod
    async def get(self, queues: Sequence[str]) -> Mapping[str, QueuePolicy]:
        """Returns the policy of each queue; one of which nothing was set has the default."""

    @abstractmethod
    async def put(self, queue: str, before: QueuePolicy, after: QueuePolicy) -> bool:
        """Sets a queue's policy, if it still is as it was seen; says whether it was.

        From then on the queue is among those that `JobInspector` counts and names.
        Of several who change what they saw alike, one does.
        A queue that is paused gives no job out, and says that none waits.
        A queue that goes on wakes who waits for work.
        A queue that is closed takes no new job in: the receipt is CLOSED.
        A queue takes as many jobs in as leave no more waiting than its policy allows; of the others
        the receipt is FULL. Jobs that come back, are replayed or made by schedules always find room,
        also in a closed queue.
        A job that is there already is never refused.
        A turn names the types that a queue holds back, and claims their jobs all the same.
        While some job has waited for longer than the policy allows, one claim in four is of a
        level behind others: of that whose first job has waited the longest.
        """
