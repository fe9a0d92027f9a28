"""What is done with httpx2. Import it only where it may be missing and that is handled."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from httpx2 import (
    AsyncByteStream,
    AsyncHTTPTransport,
    ConnectError,
    ConnectTimeout,
    HTTPError,
    InvalidURL,
    Request,
    Response,
)

from jobsys.adapters.webhook.target import Resolve, Target, target_of
from jobsys.domain.errors import WebhookRefused
from jobsys.domain.webhook_endpoint import Reach
from jobsys.ports.errors import WebhookUnavailable
from jobsys.ports.http_poster import HttpAnswer

TOTAL: Final = 10.0
CONNECT: Final = 4.0
"""Seconds: so short that a second address can be tried."""
LARGEST_BODY: Final = 1024 * 1024
READ_AT_MOST: Final = 64 * 1024
ADDRESSES: Final = 4


class Exchange:
    """One request and its answer, on a connection of its own.

    A transport alone follows no redirect, reads no variable of the environment, keeps no cookie.
    """

    def __init__(self, resolve: Resolve, ca: Path | None) -> None:
        self._resolve = resolve
        self._ca = ca

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, reach: Reach
    ) -> HttpAnswer:
        if len(body) > LARGEST_BODY:
            raise WebhookRefused(f"the body has {len(body)} bytes: {LARGEST_BODY} are the most")
        try:
            async with asyncio.timeout(TOTAL):
                target = await target_of(url, reach, self._resolve)
                return await self._posted(target, headers, body)
        except TimeoutError as error:
            raise WebhookUnavailable(f"no answer within {TOTAL:.0f} seconds") from error

    async def _posted(self, target: Target, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        failure: Exception | None = None
        for address in target.addresses[:ADDRESSES]:
            try:
                return await self._posted_at(address, target, headers, body)
            except (ConnectError, ConnectTimeout) as error:  # nothing was sent
                failure = error
            except (HTTPError, InvalidURL) as error:
                failure = error
                break
        why = f"{type(failure).__name__}: {failure}"
        raise WebhookUnavailable(f"{target.host} does not answer as it should: {why}") from failure

    async def _posted_at(
        self, address: str, target: Target, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer:
        request = Request(
            "POST",
            target.url_at(address),
            headers={**headers, "host": target.host_header, "connection": "close"},
            content=body,
            extensions={
                "sni_hostname": target.host,
                "timeout": {"connect": CONNECT, "read": TOTAL, "write": TOTAL, "pool": TOTAL},
            },
        )
        verify = _trust(self._ca) if target.scheme == "https" else False
        async with AsyncHTTPTransport(verify=verify, trust_env=False) as transport:
            response = await transport.handle_async_request(request)
            try:
                return await _answer(response)
            finally:
                await response.aclose()


async def _answer(response: Response) -> HttpAnswer:
    """Returns the answer; its body is read as far as a small one goes, so that it arrives."""
    stream, read = response.stream, 0
    if isinstance(stream, AsyncByteStream):
        with suppress(HTTPError):  # the status has come: the rest is of no interest
            async for chunk in stream:
                read += len(chunk)
                if read >= READ_AT_MOST:
                    break
    return HttpAnswer(response.status_code, response.headers.get("retry-after", ""))


@lru_cache(maxsize=4)
def _trust(ca: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca)
