"""What the shop wants done beside its requests: plain data, no code."""

from datetime import timedelta
from enum import StrEnum

from jobsys import BaseJob, JobPriority, RetryPolicy


class Card(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"


class ChargeOrder(BaseJob):
    queue = "orders"
    priority = JobPriority.HIGH
    retry = RetryPolicy(max_attempts=1)  # a card that was refused will be refused again
    order: int
    card: Card = Card.VALID


class ReserveStock(BaseJob):
    queue = "orders"
    retry = RetryPolicy(max_attempts=5, base=timedelta(milliseconds=100))
    order: int


class SendReceipt(BaseJob):
    queue = "mails"
    priority = JobPriority.LOW
    order: int
