"""Telling people that something went wrong."""

from abc import abstractmethod
from typing import Protocol

from jobsys.domain.alert import Alert


class AlertSink(Protocol):
    """Takes alerts to where people see them."""

    @abstractmethod
    async def send(self, alert: Alert) -> None:
        """Hands an alert over: its severity, how many dead letters it is about, and its text.

        Whatever it raises is logged together with the alert, which is not sent again.
        """
