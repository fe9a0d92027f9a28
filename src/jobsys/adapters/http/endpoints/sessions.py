"""Logging in and out with a browser, and who one is."""

from typing import Annotated

from fastapi import Request, Response
from pydantic import Field, SecretStr

from jobsys.adapters.http.audit import audited
from jobsys.adapters.http.desk import Asking, desk_of
from jobsys.adapters.http.endpoints.fields import Body
from jobsys.adapters.http.sessions import COOKIE
from jobsys.domain.principal import Principal


class Login(Body):
    """The token of somebody whom the settings name."""

    token: Annotated[SecretStr, Field(max_length=512, strict=False)]


async def login(request: Request, response: Response, body: Login) -> dict[str, object]:
    """Begins a session, which a cookie carries until 30 minutes have passed without a request."""
    access = desk_of(request).access
    address = access.check_logins(request)
    async with audited(address, "login", "session") as change:
        principal, session = access.login(address, body.token.get_secret_value())
        change.after = principal.name
    secure = request.scope["scheme"] == "https"
    response.set_cookie(COOKIE, session, httponly=True, samesite="strict", secure=secure)
    return _view(principal)


async def logout(response: Response, ask: Asking) -> dict[str, object]:
    """Ends the session of this browser."""
    async with ask.change("logout", "session"):
        ask.desk.access.sessions.end(ask.session)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return {"success": True}


async def session(ask: Asking) -> dict[str, object]:
    """Says who one is, and what that allows."""
    return _view(ask.principal)


def _view(principal: Principal) -> dict[str, object]:
    return {
        "name": principal.name,
        "role": principal.role.value,
        "queues": sorted(principal.queues),
        "types": sorted(principal.job_types),
    }
