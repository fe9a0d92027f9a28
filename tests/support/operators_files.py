"""The expressions in the files that operators take: the dashboard, the alerts, the autoscaler's."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml

from tests.support.dashboard import FILE

CONFIGS: Final = Path(__file__).parents[2] / "configs"
ALERTS: Final = CONFIGS / "prometheus" / "alerts.yml"
KEDA: Final = CONFIGS / "kubernetes"
CHOSEN: Final = {
    "${namespace}": "jobsys",
    "$queue": ".*",
    "$type": ".*",
    "$__rate_interval": "15s",
    "$__range": "1m",
}
"""What Grafana writes in the place of variables, of a scrape each second."""


def panels() -> Mapping[str, str]:
    """Returns the expressions of the dashboard, as Grafana asks them, by panel and line."""
    dashboard = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        f"{panel['title']}: {target['legendFormat']}": asked(target["expr"])
        for panel in dashboard["panels"]
        for target in panel["targets"]
    }


def asked(expr: str) -> str:
    """Returns an expression with every variable replaced."""
    for variable, text in CHOSEN.items():
        expr = expr.replace(variable, text)
    assert "$" not in expr, expr
    return expr


def alerts() -> Mapping[str, str]:
    """Returns the expressions of the alerts by their names."""
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return {rule["alert"]: rule["expr"] for group in groups for rule in group["rules"]}


def judged(expr: str) -> str:
    """Returns an alert's expression as one that is 0 or 1, where it would have no value.

    >>> judged('up{job!="a"} < 1 and on () b > 2')
    'up{job!="a"} < bool 1 and on () b > bool 2'
    """
    return re.sub(r" ([<>]=?|==|!=) ", r" \1 bool ", expr)


def trigger_of(name: str) -> Mapping[str, str]:
    """Returns what the one trigger says of the one `ScaledObject` in a file for KEDA."""
    documents = yaml.safe_load_all((KEDA / name).read_text(encoding="utf-8"))
    [scaled] = [one for one in documents if one["kind"] == "ScaledObject"]
    [trigger] = scaled["spec"]["triggers"]
    told: Mapping[str, str] = trigger["metadata"]
    return told
