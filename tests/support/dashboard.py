"""Writes the dashboard of configs/grafana: python -m tests.support.dashboard"""

import json
from pathlib import Path
from typing import Final

from tests.support.dashboard_panels import PANELS
from tests.support.grafana import Dashboard, datasource_variable, label_variable, text_variable

FILE: Final = (
    Path(__file__).parents[2] / "configs/grafana/dashboards/background-jobs-dashboard.json"
)
DASHBOARD: Final = Dashboard(
    "jobsys-background-jobs",
    "Background Jobs",
    "Queues, workers and jobs of jobsys; docs/metrics.md tells what each family means.",
    (
        datasource_variable(),
        text_variable("namespace", "Namespace", "jobsys"),
        label_variable("queue", "Queue", "label_values(${namespace}_jobs_queue_size, queue)"),
        label_variable("type", "Job type", "label_values(${namespace}_jobs_processed_total, type)"),
    ),
    PANELS,
)


def written() -> str:
    """Returns the text of the file."""
    return json.dumps(DASHBOARD.json(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
