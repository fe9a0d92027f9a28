"""One call of the command line: what was said before the verb, and what the program hands in."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, TypeVar, cast

import typer

from jobsys.adapters.cli.target import Application, loaded
from jobsys.application.service import BackgroundJobService
from jobsys.domain.errors import ConfigurationError, InvalidJob

T = TypeVar("T")

INSTANT: Final = "such as 2030-01-31T02:00:00+01:00"

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@dataclass
class Invocation:
    """What the command line was given before the verb, and what the program hands in."""

    make: Callable[[], Application]
    demo: Callable[[Path | None, str | None, bool], int]
    app: str | None = None
    backend: str | None = None
    config: str | None = None
    as_json: bool = False

    def take(self, app: str | None, backend: str | None, config: str | None) -> None:
        """Keeps what stands before the verb, also where a container reads it: in the environment.

        Containers of the user's read their settings when their module is imported, later.
        """
        self.app, self.backend, self.config = app, backend, config
        for variable, said in (("JOBSYS_BACKEND", backend), ("JOBSYS_CONFIG", config)):
            if said is not None:
                os.environ[variable] = said

    def application(self) -> Application:
        """Returns the container that `--app` names, else one made from the settings."""
        return self.checked(loaded(self.app)) if self.app else self.make()

    def checked(self, application: Application) -> Application:
        """Returns the container, if it uses the backend that the command line names.

        Raises:
            ConfigurationError: its module fixes another one, on which nobody asked to work.
        """
        if self.backend not in (None, application.settings().backend):
            raise ConfigurationError(
                "the container fixes a backend of its own, not the one that --backend names:"
                " leave --backend out, or let the container's Settings read the environment"
            )
        return application

    def run(
        self,
        use: Callable[[BackgroundJobService], Awaitable[T]],
        *,
        within: float | None = None,
    ) -> T:
        """Returns what `use` makes of the service, with nothing but the backend started.

        Raises:
            TimeoutError: the backend took longer than `within`, in seconds.
        """
        return self.run_on(lambda application: use(application.job_service()), within=within)

    def run_on(
        self, use: Callable[[Application], Awaitable[T]], *, within: float | None = None
    ) -> T:
        """Returns what `use` makes of the container, with nothing but the backend started.

        Raises:
            ConfigurationError: the settings ask for a store that loses nothing, and it may.
            TimeoutError: the backend took longer than `within`, in seconds.
        """

        async def opened() -> T:
            application = self.application()
            backend = application.backend()
            async with asyncio.timeout(within):
                await backend.start()
                try:
                    await application.durability_check().passed()
                    return await use(application)
                finally:
                    await backend.stop()

        return asyncio.run(opened())


def instant(option: str, said: str | None) -> datetime | None:
    """Returns the instant that an option names; None where it was left out.

    Raises:
        InvalidJob: the text is no instant, or has no time zone.
    """
    try:
        found = None if said is None else datetime.fromisoformat(said)
    except ValueError:
        raise InvalidJob(f"{option} {said!r} is no instant: write it {INSTANT}") from None
    if found is not None and found.tzinfo is None:
        raise InvalidJob(f"{option} {said!r} has no time zone: write it {INSTANT}")
    return found


def json_object(text: str) -> dict[str, object]:
    """Returns the fields that a JSON object says.

    Raises:
        InvalidJob: the text is no JSON object.
    """
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidJob(f"the payload is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise InvalidJob('the payload is no JSON object: write it as {"field": value}')
    return cast("dict[str, object]", found)


def agree(question: str, yes: bool) -> None:
    """Returns if it was said before that the answer is yes, or is said now.

    Raises:
        InvalidJob: nobody is at a terminal.
        typer.Abort: the answer is no.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InvalidJob("nobody is here to be asked: say --yes, or --dry-run where there is one")
    typer.confirm(question, err=True, abort=True)
