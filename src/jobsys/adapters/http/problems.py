"""Errors as answers: `application/problem+json` of RFC 9457, with a stable code."""

import json
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from inspect import getdoc
from typing import Final, cast

from fastapi import Request, Response
from fastapi.exceptions import HTTPException, RequestValidationError
from starlette.exceptions import HTTPException as AnyHTTPException

from jobsys.adapters.http.refusals import Refusal
from jobsys.domain.errors import (
    DuplicateJob,
    IllegalTransition,
    InvalidJob,
    JobError,
    JobNotFound,
    JobsysError,
    NotRunning,
    PayloadChanged,
    PayloadTooLarge,
    QueueClosed,
    QueueFull,
    ScheduleNotFound,
    UnknownJobType,
)
from jobsys.domain.redaction import redacted
from jobsys.ports.errors import QueueUnavailable

log = logging.getLogger("jobsys.http")

MEDIA_TYPE: Final = "application/problem+json"
LONGEST_DETAIL: Final = 2_000
STATUS: Final[Mapping[type[JobsysError], int]] = {
    JobNotFound: 404,
    ScheduleNotFound: 404,
    DuplicateJob: 409,
    IllegalTransition: 409,
    PayloadChanged: 409,
    QueueClosed: 409,
    PayloadTooLarge: 413,
    UnknownJobType: 422,
    InvalidJob: 422,
    QueueFull: 429,
    JobError: 409,
    NotRunning: 503,
    QueueUnavailable: 503,
}
"""Each also for the classes that inherit from it and are not named themselves; others: 500."""
CODES: Final = {413: "BODY_TOO_LARGE"}
"""Where the name of a status is not the same in each release of Python."""
TRY_AGAIN: Final = {429: "5", 503: "2"}
"""After how many seconds a caller may try again where nothing better is known."""
Handler = Callable[[Request, Exception], Coroutine[object, object, Response]]
_NO_DETAIL: Final = "what went wrong is in the log of the server"


class Problem(Response):
    """The answer that tells of an error; `error` repeats its detail, for simple callers."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        told = redacted(detail)[:LONGEST_DETAIL]
        body = {
            "type": f"urn:jobsys:error:{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": told,
            "code": code,
            "error": told,
            **members,
        }
        super().__init__(json.dumps(body).encode(), status, headers)


async def jobsys_problem(_: Request, error: Exception) -> Response:
    """Answers an error of jobsys."""
    known = cast("JobsysError", error)
    if isinstance(known, Refusal):
        return Problem(known.status, known.code, str(known), known.headers)
    status = status_of(known)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("a request failed: %r", known, exc_info=known)
        return Problem(status, known.code, getdoc(type(known)) or _NO_DETAIL)
    retry = {"Retry-After": TRY_AGAIN[status]} if status in TRY_AGAIN else {}
    existing = {"existing": known.existing} if isinstance(known, DuplicateJob) else {}
    return Problem(status, known.code, str(known), retry, **existing)


async def http_problem(_: Request, error: Exception) -> Response:
    """Answers what the framework refuses: an unknown path, another method, a broken body."""
    refused = cast("AnyHTTPException", error)
    code = CODES.get(refused.status_code) or HTTPStatus(refused.status_code).name
    return Problem(refused.status_code, code, str(refused.detail), refused.headers)


async def invalid_problem(_: Request, error: Exception) -> Response:
    """Answers a request that does not fit; each field that is wrong is named."""
    problems = cast("RequestValidationError", error).errors()
    fields = [
        {"field": _path(cast("Sequence[object]", one["loc"])), "message": str(one["msg"])}
        for one in problems
    ]
    told = "; ".join(f"{one['field']}: {one['message']}" for one in fields)
    return Problem(422, InvalidJob.code, told, errors=fields)


def unexpected_problem(error: Exception) -> Response:
    """Logs what nobody has foreseen, and tells the caller no more than that."""
    log.error("a request failed: %r", error, exc_info=error)
    return Problem(500, "SRV_6001", _NO_DETAIL)


def status_of(error: JobsysError) -> int:
    """Returns the status of an error of jobsys."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


HANDLERS: Final[dict[int | type[Exception], Handler]] = {
    JobsysError: jobsys_problem,
    RequestValidationError: invalid_problem,
    AnyHTTPException: http_problem,
    HTTPException: http_problem,
}


def _path(place: Sequence[object]) -> str:
    return ".".join(map(str, place[1:])) or str(place[0])
