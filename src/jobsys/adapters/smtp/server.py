"""What the URL of an SMTP server says."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from jobsys.domain.duration import parse_duration
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.value import value

Tls = Literal["ssl", "starttls", "none"]

_PORTS: Final[Mapping[Tls, int]] = {"ssl": 465, "starttls": 587, "none": 25}
_TLS: Final[Mapping[tuple[str, str | None], Tls]] = {
    ("smtps", None): "ssl",
    ("smtp", None): "starttls",
    ("smtp", "none"): "none",
}


@value
class SmtpServer:
    """Where to hand mail over, how, and as whom; `ca` is a file of certificates to trust."""

    host: str
    port: int
    tls: Tls
    user: str
    password: str
    ca: str
    timeout: timedelta


def smtp_server(url: str) -> SmtpServer:
    """Returns the server that `smtp://[user:password@]host[:port]` or `smtps://…` names.

    `smtps` speaks TLS from the first byte; `smtp` changes to TLS before it says anything, and with
    `?tls=none` never does. Other options: `ca=FILE`, certificates to trust beside the system's, and
    `timeout=30s`, the longest wait for one answer.

    >>> smtp_server("smtp://mail.example.org").port
    587

    Raises:
        ConfigurationError: the URL cannot be read, or would send a password in the clear.

    """
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
        server = _server(parts, options)
    except (KeyError, ValueError):
        raise ConfigurationError(
            "the URL of the mail server cannot be read: write smtp://user:password@host:587 or"
            " smtps://…, and ?tls=none, ?ca=FILE or ?timeout=30s if need be"
        ) from None
    if server.user and server.tls == "none":
        raise ConfigurationError(
            "the URL of the mail server sends a password in the clear: leave tls=none out"
        )
    return server


def _server(parts: SplitResult, options: dict[str, str]) -> SmtpServer:
    tls = _TLS[parts.scheme, options.pop("tls", None)]
    ca, timeout = options.pop("ca", ""), parse_duration(options.pop("timeout", "30s"))
    if options or not parts.hostname or parts.path not in {"", "/"} or timeout <= timedelta(0):
        raise ValueError(parts.scheme)
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or _PORTS[tls],
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca=ca,
        timeout=timeout,
    )
