"""Whether jobs are told in distributed traces."""

from typing import TYPE_CHECKING

from dependency_injector.providers import Object, Singleton

from jobsys.application.lifecycle import Lifecycle
from jobsys.container.services import Services
from jobsys.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider


class Tracing(Services):
    """What a host says once to see its jobs in its traces."""

    lifecycle: Singleton[Lifecycle]

    def trace(
        self,
        tracer_provider: "TracerProvider | None" = None,
        meter_provider: "MeterProvider | None" = None,
    ) -> None:
        """Has OpenTelemetry told of jobs, from here through their handlers to those that these submit.

        Without providers the global ones are told, also where they are set later. A service that
        was taken from the container before does not tell.

        Raises:
            MissingExtra: OpenTelemetry is not installed.
            ConfigurationError: jobs run already.
        """
        from jobsys.adapters.opentelemetry import open_tracer  # noqa: PLC0415 (the extra may be missing)

        if self.lifecycle().has_started:
            raise ConfigurationError("say container.trace() before the start: jobs run already")
        self.tracer.override(Object(open_tracer(tracer_provider, meter_provider)))
        self.renew("tracer")
