"""How much of a body is read."""

from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jobsys.adapters.http.problems import CODES, Problem

TOO_LARGE: Final = 413


class BodyLimit:
    """Refuses bodies that are larger, whether they say how large they are or not."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        if not said.isdecimal() or int(said[:20]) > self._most:
            await Problem(TOO_LARGE, CODES[TOO_LARGE], self._told())(scope, receive, send)
            return
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._most:
                raise HTTPException(TOO_LARGE, self._told())
            return message

        await self._app(scope, limited, send)

    def _told(self) -> str:
        return f"a body has at most {self._most} bytes"
