"""What runs so that Prometheus can read the metrics of this process."""

from collections.abc import Sequence
from pathlib import Path

from jobsys.adapters.prometheus.endpoint import MetricsEndpoint
from jobsys.adapters.prometheus.job_metrics import PrometheusJobMetrics
from jobsys.adapters.prometheus.shared_files import SharedFiles
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.lifecycle import Component
from jobsys.ports.probing import Probed


def exposition(
    metrics: JobMetrics,
    namespace: str,
    probed: Probed,
    address: tuple[str, int] | None,
    folder: Path | None,
) -> Sequence[Component]:
    """Returns an endpoint, where there is an address, and what shares a folder, where there is one."""
    files = [] if folder is None else [SharedFiles(metrics, namespace, folder)]
    if address is None:
        return files
    told = files[0] if files else PrometheusJobMetrics(metrics, namespace)
    return [*files, MetricsEndpoint(told.registry, probed, *address)]
