"""The application that a command works on: a container of the user's, or one made here."""

import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Protocol, cast, runtime_checkable

from jobsys.application.durability import DurabilityCheck
from jobsys.application.handlers import HandlerRegistry
from jobsys.application.lifecycle import Lifecycle
from jobsys.application.overview import Survey
from jobsys.application.service import BackgroundJobService
from jobsys.application.ticker import Ticker
from jobsys.config import Settings
from jobsys.domain.errors import ConfigurationError, JobsysError
from jobsys.domain.factory import JobFactory
from jobsys.domain.principal import Role
from jobsys.ports.archive import Archive
from jobsys.ports.backend import Backend
from jobsys.ports.clock import Clock


class ApiServer(Protocol):
    """What serves the REST API."""

    url: str

    async def serve(self) -> None:
        """Serves until a stop is asked for."""
        ...

    def stop(self) -> None:
        """Asks for a stop; asked again, it does not wait for answers."""
        ...


@runtime_checkable
class Application(Protocol):
    """What the command line needs of a container."""

    def settings(self) -> Settings:
        """Returns the settings."""
        ...

    def clock(self) -> Clock:
        """Returns what tells the time of this host."""
        ...

    def backend(self) -> Backend:
        """Returns the backend."""
        ...

    def durability_check(self) -> DurabilityCheck:
        """Returns what knows whether the backend is good enough."""
        ...

    def job_service(self) -> BackgroundJobService:
        """Returns the service."""
        ...

    def survey(self) -> Survey:
        """Returns what reads how the deployment stands."""
        ...

    def job_factory(self) -> JobFactory:
        """Returns what knows the job types."""
        ...

    def handlers(self) -> HandlerRegistry:
        """Returns who carries out which job class."""
        ...

    def found_at(self, name: str) -> None:
        """Says by which name, as module:container, child processes find this container."""
        ...

    def archive(self) -> Archive:
        """Returns where ended jobs are kept for good."""
        ...

    def ticker(self) -> Ticker:
        """Returns what notices first that the backend is gone."""
        ...

    def lifecycle(self) -> Lifecycle:
        """Returns what starts and stops everything."""
        ...

    def serve_metrics(self, port: int | None) -> None:
        """Makes the lifecycle serve metrics at a port, or nowhere, whatever the settings say."""
        ...

    def serve_metrics_of_all(self, folder: Path) -> AbstractAsyncContextManager[None]:
        """Serves what the processes that share a folder have counted."""
        ...

    def dashboard(self, host: str | None, port: int | None, anonymous: Role | None) -> ApiServer:
        """Returns what serves the REST API, of a process that runs no jobs."""
        ...

    def enable_worker(self) -> None:
        """Makes the lifecycle run a worker whatever the settings say."""
        ...

    def logging(self) -> AbstractContextManager[object]:
        """Returns what writes the log lines of jobsys, as the settings say, while it is entered."""
        ...


def loaded(target: str) -> Application:
    """Returns the container that `module:name` names; a function there is called for it.

    Raises:
        ConfigurationError: there is no such module or name, or it is no container.
    """
    module_name, _, name = target.partition(":")
    if not all(part.isidentifier() for part in (*module_name.split("."), name)):
        raise ConfigurationError(f"{target!r} is not of the form module:container")
    found: object = getattr(_imported(module_name), name, None)
    if found is None:
        raise ConfigurationError(f"module {module_name!r} has no {name!r}")
    if not isinstance(found, Application) and callable(found):
        found = _made_by(cast("Callable[[], object]", found), target)
    if not isinstance(found, Application):
        raise ConfigurationError(f"{target} is no JobsysContainer, and makes none when called")
    return found


def _imported(module_name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return import_module(module_name)
    except JobsysError:
        raise
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"cannot import {module_name!r}: {error}; run this where the module lies, or install it"
        ) from error
    except Exception as error:
        raise ConfigurationError(f"importing {module_name!r} fails: {error!r}") from error


def _made_by(make: Callable[[], object], target: str) -> object:
    try:
        return make()
    except JobsysError:
        raise
    except Exception as error:
        raise ConfigurationError(f"calling {target} fails: {error!r}") from error
