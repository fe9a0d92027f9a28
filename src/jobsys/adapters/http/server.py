"""Serving the REST API from a process of its own."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

import uvicorn
from pydantic import ValidationError

from jobsys.adapters.http.app import app_over
from jobsys.adapters.http.desk import Desk
from jobsys.adapters.http.host import Host
from jobsys.config import DashboardSettings
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.factory import explained

LAST_ANSWERS = 5
"""Seconds that requests have at the stop."""


class Server:
    """Serves the REST API of a container, whose lifecycle runs around it.

    `said` wins over the settings of the container, where it is not None.

    Raises:
        ConfigurationError: the settings let nobody use it, or not at this address.
    """

    def __init__(self, container: Host, said: Mapping[str, object]) -> None:
        settings = _with(container.settings().dashboard, said)
        self.url = f"http://{settings.host}:{settings.port}"
        app = app_over(container, settings)
        self._desk: Desk = app.state.jobsys
        self._server = _Quiet(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(settings.proxies),
                forwarded_allow_ips=list(settings.proxies),
                timeout_graceful_shutdown=LAST_ANSWERS,
            )
        )

    async def serve(self) -> None:
        """Serves until a stop is asked for, then answers what was asked before.

        Raises:
            ConfigurationError: nothing can listen at this address.
        """
        try:
            await self._server.serve()
        except SystemExit as error:
            raise ConfigurationError(f"nothing can listen at {self.url}") from error

    def stop(self) -> None:
        """Asks for a stop; asked again, it does not wait for answers."""
        self._desk.events.close()
        self._desk.overview.close()
        self._server.force_exit = self._server.should_exit
        self._server.should_exit = True


class _Quiet(uvicorn.Server):
    """Leaves signals to the command line, which stops the container as well."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _with(settings: DashboardSettings, said: Mapping[str, object]) -> DashboardSettings:
    """Returns the settings with what is said besides, checked as a whole."""
    told = {name: value for name, value in said.items() if value is not None}
    try:
        return DashboardSettings.model_validate({**dict(settings), **told})
    except ValidationError as error:
        why = explained(error).replace("payload: Value error, ", "")
        raise ConfigurationError(f"dashboard: {why}") from error
