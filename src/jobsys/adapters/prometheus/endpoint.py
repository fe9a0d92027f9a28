"""Serving metrics, and what monitors ask, over HTTP."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from socket import SHUT_RDWR, socket
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Final, cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client import (
    CollectorRegistry,
    make_wsgi_app,  # pyright: ignore[reportUnknownVariableType] (the client leaves it open)
)

from jobsys.ports.lifecycle import Component
from jobsys.ports.probing import Answer, Probed

log = logging.getLogger("jobsys.metrics")

MOST_AT_ONCE: Final = 32
"""Connections that are held open at a time: those who scrape and probe are few."""
SILENCE: Final = 5.0
"""Seconds."""
HEADERS: Final = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
)

_exposing = cast("Callable[[CollectorRegistry], WSGIApplication]", make_wsgi_app)


class MetricsEndpoint(Component):
    """Answers `GET /metrics` and `GET /health/…` from threads of its own while all runs.

    Where the port cannot be had, everything else runs all the same.
    """

    def __init__(self, registry: CollectorRegistry, probed: Probed, host: str, port: int) -> None:
        self._app = _app(_exposing(registry), probed)
        self._host = host
        self._port = port
        self._serving: tuple[WSGIServer, Thread] | None = None

    @property
    def port(self) -> int | None:
        """The port that is served; None while there is none."""
        return None if self._serving is None else self._serving[0].server_port

    async def start(self) -> None:
        if self._serving is not None:
            return
        try:
            server = make_server(self._host, self._port, self._app, _Threads, _Silent)
        except OSError as error:
            log.warning(
                "metrics are not served, port %d of %s cannot be had (%s): choose another by"
                " --metrics-port, JOBSYS_METRICS__PORT or Settings(metrics={'port': …})",
                *(self._port, self._host, error.strerror or error),
            )
            return
        thread = Thread(target=server.serve_forever, name="jobsys-metrics", daemon=True)
        thread.start()
        self._serving = server, thread
        log.info("metrics are at http://%s:%d/metrics", self._host, self.port)

    async def stop(self) -> None:
        serving, self._serving = self._serving, None
        if serving is not None:
            await asyncio.to_thread(_end, *serving)


class _Threads(ThreadingMixIn, WSGIServer):
    """Answers each request in a thread: one that is slow keeps no other waiting.

    Whoever says nothing for long is hung up on, and of more than `MOST_AT_ONCE` the first of all:
    so connections that are held open keep nobody from being answered.
    """

    daemon_threads = True

    def server_activate(self) -> None:
        self._heard = list[socket]()
        super().server_activate()

    def finish_request(
        self, request: socket | tuple[bytes, socket], client_address: object
    ) -> None:
        """Answers one request."""
        assert isinstance(request, socket)  # noqa: S101 (a stream's)
        self._heard.append(request)
        if len(self._heard) > MOST_AT_ONCE:
            _hang_up(self._heard.pop(0))
        try:
            super().finish_request(request, client_address)
        finally:
            with suppress(ValueError):  # it was hung up on
                self._heard.remove(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Writes no stack trace for one who hangs up, or never says what he wants."""
        log.debug("a request of %s was not answered: %r", client_address, sys.exception())


class _Silent(WSGIRequestHandler):
    """Writes no line for each request, and waits no longer than `SILENCE` for the next of its bytes."""

    timeout = SILENCE

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        """Writes nothing."""


def _hang_up(connection: socket) -> None:
    with suppress(OSError):  # it has gone meanwhile
        connection.shutdown(SHUT_RDWR)


def _app(metrics: WSGIApplication, probed: Probed) -> WSGIApplication:
    def answered(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if not path.startswith("/health"):
            return metrics(environ, start)
        return _told(probed.answer(path) or Answer(404, {"status": "unknown"}), start)

    return answered


def _told(answer: Answer, start: Callable[..., object]) -> Iterable[bytes]:
    start(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(HEADERS))
    return [json.dumps(dict(answer.told)).encode()]


def _end(server: WSGIServer, thread: Thread) -> None:
    server.shutdown()
    server.server_close()
    thread.join()
