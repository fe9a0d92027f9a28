"""Posting by HTTP, if httpx2 is installed."""

from collections.abc import Mapping
from pathlib import Path

from jobsys.adapters.webhook.target import Resolve, addresses_of
from jobsys.domain.webhook_endpoint import Reach
from jobsys.ports.errors import MissingExtra
from jobsys.ports.http_poster import HttpAnswer, HttpPoster


class GuardedHttpPoster(HttpPoster):
    """Connects to an address that was checked, for the host of the URL, once for each post.

    Certificates are always checked: by those of the system, or by `ca` alone.
    """

    def __init__(self, ca: Path | None = None, resolve: Resolve = addresses_of) -> None:
        self._ca = ca
        self._resolve = resolve

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, reach: Reach
    ) -> HttpAnswer:
        try:
            from jobsys.adapters.webhook.exchange import Exchange  # noqa: PLC0415 (it may be missing)
        except ModuleNotFoundError as error:
            command = "python -m pip install 'jobsys[webhooks]'"
            raise MissingExtra(f"webhooks need httpx2: run {command}") from error
        return await Exchange(self._resolve, self._ca).post(url, headers, body, reach)
