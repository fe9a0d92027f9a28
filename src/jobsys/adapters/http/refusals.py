"""Why a request is not let in."""

from collections.abc import Mapping
from math import ceil
from typing import ClassVar

from jobsys.domain.errors import JobsysError


class Refusal(JobsysError):
    """The request is refused."""

    code = "REFUSED"
    status: ClassVar[int] = 400

    @property
    def headers(self) -> Mapping[str, str]:
        """What the answer says beside its body."""
        return {}


class Unauthenticated(Refusal):
    """Nobody is known by what this says: send a token in the header Authorization, or log in."""

    code = "UNAUTHENTICATED"
    status = 401

    @property
    def headers(self) -> Mapping[str, str]:
        """Names the way to say who one is."""
        return {"WWW-Authenticate": 'Bearer realm="jobsys"'}


class Forbidden(Refusal):
    """The role, or what it is bounded to, does not allow this."""

    code = "FORBIDDEN"
    status = 403


class CrossSite(Refusal):
    """A change by cookie, or without a token, needs the header `X-Jobsys-Request: 1`."""

    code = "CROSS_SITE"
    status = 403


class UnknownHost(Refusal):
    """Without a token this is answered on the host itself only, by a name such as localhost."""

    code = "UNKNOWN_HOST"
    status = 403


class NotJson(Refusal):
    """A body is JSON, and says so: `Content-Type: application/json`."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class WrongParameter(Refusal):
    """The URL has a parameter that this route does not know, or has one twice."""

    code = "VAL_2001"
    status = 422


class NotConfirmed(Refusal):
    """What is removed for good is named by hand, in `confirm`."""

    code = "NOT_CONFIRMED"
    status = 422


class TooMany(Refusal):
    """There were too many such requests: wait."""

    code = "TOO_MANY_REQUESTS"
    status = 429

    def __init__(self, message: str, wait: float) -> None:
        super().__init__(message)
        self._wait = wait

    @property
    def headers(self) -> Mapping[str, str]:
        """Says how long to wait, in seconds."""
        return {"Retry-After": str(max(1, ceil(self._wait)))}
