"""What every answer says of itself, and the last place in which an error can end."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jobsys.adapters.http.problems import unexpected_problem

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
TLS_ONLY: Final = "max-age=31536000"


class Shield:
    """Puts the security headers on every answer, and answers what nothing else has answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def shielded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _protect(MutableHeaders(scope=message), scope)
            await send(message)

        try:
            await self._app(scope, receive, shielded)
        except Exception as error:  # noqa: BLE001 (whatever it is, the caller learns nothing of it)
            answer = unexpected_problem(error)
            if not begun:
                await answer(scope, receive, shielded)


def _protect(headers: MutableHeaders, scope: Scope) -> None:
    for name, text in HEADERS.items():
        headers[name] = text
    if scope.get("scheme") == "https":
        headers["Strict-Transport-Security"] = TLS_ONLY
