"""How metrics leave this process."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from jobsys.adapters.null.job_metrics import NullJobMetrics
from jobsys.adapters.null.probed import NullProbed
from jobsys.application.lifecycle import Lifecycle
from jobsys.application.probes import Probes
from jobsys.config import MetricsSettings
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.lifecycle import Component
from jobsys.ports.probing import Probed


class MetricsWay:
    """Whether metrics are served here, and at which port; Prometheus is loaded where it is wanted."""

    def __init__(self, given: MetricsSettings) -> None:
        self._given = given
        self._port = given.port

    def serve(self, port: int | None) -> None:
        """Serves metrics on this port, or nowhere, whatever the settings say.

        Raises:
            ConfigurationError: the settings switch metrics off.
        """
        if port is not None and not self._given.enabled:
            raise ConfigurationError("metrics are switched off: there is nothing to serve")
        self._port = port

    def components(
        self, metrics: JobMetrics, gauges: Component, probes: Probes
    ) -> Sequence[Component]:
        """Returns what samples and serves the metrics of this process, and answers its monitors."""
        given = self._given
        if not given.enabled:
            return []
        beats = [] if self._port is None else [probes]
        if self._port is None and given.shared_folder is None:
            return [gauges]
        return [gauges, *beats, *self._served(metrics, probes, given.shared_folder)]

    @asynccontextmanager
    async def of_all(self, folder: Path) -> AsyncGenerator[None]:
        """Serves what the processes that share a folder have counted, where there is a port."""
        probed = NullProbed()
        served = () if self._port is None else self._served(NullJobMetrics(), probed, folder)
        async with Lifecycle(lambda: served):
            yield

    def _served(
        self, metrics: JobMetrics, probed: Probed, folder: Path | None
    ) -> Sequence[Component]:
        from jobsys.adapters.prometheus.exposition import exposition  # noqa: PLC0415 (the extra may be missing)

        address = None if self._port is None else (self._given.host, self._port)
        return exposition(metrics, self._given.namespace, probed, address, folder)
