"""Where a URL leads, once it is known to be allowed."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from jobsys.adapters.webhook.addresses import is_public
from jobsys.domain.errors import WebhookRefused
from jobsys.domain.webhook_endpoint import Reach
from jobsys.ports.errors import WebhookUnavailable

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the addresses of a host, in the order in which they are to be tried."""

PORTS: Final = {"https": 443, "http": 80}
LONGEST_URL: Final = 2_000
LAST_PORT: Final = 65_535
_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?(?P<path>/[!$-;=?-\[\]_a-z~]*)?"
)
"""What is read here, and nothing more lenient reads it again: only an address goes further."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is connected to: one of `addresses` at `port`, as if it were `host`."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: Sequence[str]

    @property
    def host_header(self) -> str:
        """How a request names the host."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"

    def url_at(self, address: str) -> str:
        """Returns the URL with one of the addresses in the host's place."""
        host = f"[{address}]" if ":" in address else address
        return f"{self.scheme}://{host}:{self.port}{self.path}"


async def target_of(url: str, reach: Reach, resolve: Resolve) -> Target:
    """Returns where a URL leads: the host is resolved here, once, and every address is checked.

    Raises:
        WebhookRefused: the URL is none of those that are allowed, or leads into a private network.
        WebhookUnavailable: the host has no address now.
    """
    scheme, host, port, path = _parts(url, reach)
    addresses = await resolve(host, port)
    if not addresses:
        raise WebhookUnavailable(f"{host} has no address")
    if not reach.private and not all(map(is_public, addresses)):
        raise WebhookRefused(
            f"{host} leads to an address that is not public: say allow_private of an endpoint"
            " that shall"
        )
    return Target(scheme, host, port, path, addresses)


async def addresses_of(host: str, port: int) -> Sequence[str]:
    """Returns what this system resolves a host to.

    Raises:
        WebhookUnavailable: nobody knows it now.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise WebhookUnavailable(f"{host} cannot be resolved: {error}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _parts(url: str, reach: Reach) -> tuple[str, str, int, str]:
    """Returns scheme, host, port and path of a URL; messages name nothing of it but the host."""
    read = _URL.fullmatch(url) if len(url) <= LONGEST_URL else None
    if read is None:
        raise WebhookRefused("the URL must be https://host/path, without a user or a fragment")
    scheme, host, port = read["scheme"], read["host"].strip("[]"), int(read["port"] or 0)
    if scheme == "http" and not reach.http:
        raise WebhookRefused(f"{host}: the URL must begin with https://")
    chosen = port or PORTS[scheme]
    if chosen > LAST_PORT or not (reach.any_port or chosen in PORTS.values()):
        raise WebhookRefused(f"{host}: port {chosen} is not allowed, only 80 and 443")
    return scheme, host, chosen, read["path"] or "/"
