"""Who may use the REST API, and where it listens."""

from ipaddress import ip_address

from pydantic import Field, SecretStr, model_validator

from jobsys.config.groups import Group
from jobsys.config.kinds import JobTypeName, QueueName
from jobsys.domain.principal import Role


class TokenSettings(Group):
    """One of those who may use the API, and what that allows; `queues` and `types` empty: all."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$")
    role: Role
    token: SecretStr = Field(min_length=16, max_length=512)
    queues: tuple[QueueName, ...] = ()
    types: tuple[JobTypeName, ...] = ()


class DashboardSettings(Group):
    """The REST API that `jobsys dashboard` serves, and `create_app` makes."""

    host: str = Field(default="127.0.0.1", description="The address at which it listens.")
    port: int = Field(default=8090, ge=1, le=65_535, description="The port at which it listens.")
    tokens: tuple[TokenSettings, ...] = Field(
        default=(),
        description="Who may use it: a list of `name`, `role` (`viewer`, `operator`, `admin`),"
        " `token` (16 characters at least), and optionally `queues` and `types`.",
    )
    anonymous: Role | None = Field(
        default=None,
        description="What this host's own users may do without a token; none: nothing.",
    )
    proxies: tuple[str, ...] = Field(
        default=(),
        description="The addresses of reverse proxies whose `X-Forwarded-*` headers are believed.",
    )
    submits_per_minute: int = Field(
        default=60, ge=1, description="How many jobs each token may submit in a minute."
    )
    max_body: int = Field(
        default=1024 * 1024, ge=1024, description="The largest body of a request, in bytes."
    )

    @model_validator(mode="after")
    def _check(self) -> "DashboardSettings":
        names = [token.name for token in self.tokens]
        if len(set(names)) < len(names) or len(self._secrets) < len(names):
            raise ValueError("tokens: each needs a name and a token of its own")
        if is_loopback(self.host):
            return self
        if self.anonymous is not None:
            raise ValueError(
                f"anonymous is for users of this host: say host 127.0.0.1, not {self.host},"
                " or name tokens in its place"
            )
        if not self.tokens:
            raise ValueError(f"at {self.host} anybody could ask: name tokens, or say 127.0.0.1")
        return self

    @property
    def _secrets(self) -> set[str]:
        return {token.token.get_secret_value() for token in self.tokens}


def is_loopback(host: str) -> bool:
    """Says whether an address is one that only this host reaches.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
