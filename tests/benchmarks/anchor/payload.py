"""The payload as the anchor checks it."""

from pydantic import BaseModel


class Payload(BaseModel):
    """The fields of every measured job."""

    number: int
    sent: float
    to: str
    subject: str
    template: str
    locale: str
    tags: list[str]
    attempts: int
