"""The REST API, if FastAPI is installed."""

from typing import TYPE_CHECKING

from jobsys.adapters.http.host import Host
from jobsys.domain.principal import Role
from jobsys.ports.errors import MissingExtra

if TYPE_CHECKING:
    from fastapi import FastAPI

    from jobsys.adapters.http.server import Server

COMMAND = "python -m pip install 'jobsys[dashboard]'"


def create_app(container: Host) -> "FastAPI":
    """Returns the REST API over a container; serve it, or mount it in an application of yours.

    The container's lifecycle is its host's: it runs while the API is served.

    Raises:
        MissingExtra: FastAPI is not installed.
        ConfigurationError: the settings let nobody use it.
    """
    try:
        from jobsys.adapters.http.app import app_over  # noqa: PLC0415 (the extra may be missing)
    except ModuleNotFoundError as error:
        raise MissingExtra(f"the REST API needs FastAPI: run {COMMAND}") from error
    return app_over(container, container.settings().dashboard)


def open_server(
    container: Host, host: str | None, port: int | None, anonymous: Role | None
) -> "Server":
    """Returns what serves the REST API; what is None is as the settings say.

    Raises:
        MissingExtra: FastAPI or uvicorn is not installed.
        ConfigurationError: the settings let nobody use it, or not at this address.
    """
    try:
        from jobsys.adapters.http.server import Server  # noqa: PLC0415 (the extra may be missing)
    except ModuleNotFoundError as error:
        raise MissingExtra(f"the dashboard needs uvicorn: run {COMMAND}") from error
    return Server(container, {"host": host, "port": port, "anonymous": anonymous})
