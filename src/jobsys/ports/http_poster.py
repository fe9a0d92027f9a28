"""Posting to a URL that somebody else may have chosen."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol

from jobsys.domain.value import value
from jobsys.domain.webhook_endpoint import Reach


@value
class HttpAnswer:
    """What a server said; `retry_after` is that header, empty where it had none."""

    status: int
    retry_after: str = ""


class HttpPoster(Protocol):
    """Posts where it is allowed to, and nowhere else."""

    @abstractmethod
    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, reach: Reach
    ) -> HttpAnswer:
        """Posts a body once, and returns what the server of that very URL said.

        The host is resolved once. Where one of its addresses is not public, nothing is connected
        to, unless `reach` allows it; no redirect is followed, and no proxy is asked.

        Raises:
            WebhookRefused: this URL, or what its host stands for, is not allowed.
            WebhookUnavailable: there was no answer within ten seconds.
            MissingExtra: the library for it is not installed.
        """
