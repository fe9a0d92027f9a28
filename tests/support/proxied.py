"""A real Redis behind a proxy that a test orders faults from."""

import random
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from jobsys.testing.faults.resp import resp
from jobsys.testing.faults.tcp_proxy import TcpProxy
from jobsys.testing.faults.wire import Target


def proxy_to(redis_url: str, draw: random.Random | None = None) -> TcpProxy:
    """Returns a proxy in front of the Redis of a URL."""
    return TcpProxy(target_of(redis_url), resp, draw)


def target_of(redis_url: str) -> Target:
    """Returns where the Redis of a URL listens."""
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return Path(parts.path)
    return parts.hostname or "127.0.0.1", parts.port or 6379


def url_through(proxy: TcpProxy, redis_url: str) -> str:
    """Returns the URL of the same database, reached through the proxy."""
    parts = urlsplit(redis_url)
    asked = parse_qs(parts.query)
    index = asked["db"][0] if "db" in asked else parts.path.strip("/") or "0"
    return f"redis://127.0.0.1:{proxy.port}/{index}"
