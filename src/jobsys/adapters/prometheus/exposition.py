"""What runs so that Prometheus can read the metrics of this process."""

from collections.abc import Sequence
from pathlib import Path

from jobsys.adapters.prometheus.endpoint import MetricsEndpoint
from jobsys.adapters.prometheus.job_metrics import PrometheusJobMetrics
from jobsys.adapters.prometheus.shared_files import SharedFiles
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.lifecycle import Component


def exposition(
    metrics: JobMetrics, namespace: str, address: tuple[str, int] | None, folder: Path | None
) -> Sequence[Component]:
    """Returns an endpoint, where there is an address, and what shares a folder, where there is one."""
    if folder is not None:
        files = SharedFiles(metrics, namespace, folder)
        return [files] if address is None else [files, MetricsEndpoint(files.registry, *address)]
    if address is None:
        return []
    return [MetricsEndpoint(PrometheusJobMetrics(metrics, namespace).registry, *address)]
