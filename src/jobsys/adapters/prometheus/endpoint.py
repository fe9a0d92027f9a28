"""Serving metrics over HTTP."""

import asyncio
import logging
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server

from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.metrics")


class MetricsEndpoint(Component):
    """Answers `GET /metrics` from a thread of its own while the application runs.

    Where the port cannot be had, everything else runs all the same.
    """

    def __init__(self, registry: CollectorRegistry, host: str, port: int) -> None:
        self._registry = registry
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
            self._serving = start_http_server(self._port, self._host, self._registry)
        except OSError as error:
            log.warning(
                "metrics are not served, port %d of %s cannot be had (%s): choose another by"
                " --metrics-port, JOBSYS_METRICS__PORT or Settings(metrics={'port': …})",
                *(self._port, self._host, error.strerror or error),
            )
        else:
            log.info("metrics are at http://%s:%d/metrics", self._host, self.port)

    async def stop(self) -> None:
        serving, self._serving = self._serving, None
        if serving is not None:
            await asyncio.to_thread(_end, *serving)


def _end(server: WSGIServer, thread: Thread) -> None:
    server.shutdown()
    server.server_close()
    thread.join()
