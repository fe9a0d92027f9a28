"""A Grafana dashboard as plain data: panels that flow over rows of 24 columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

Json = Mapping[str, object]

DATASOURCE: Final[Json] = {"type": "prometheus", "uid": "${datasource}"}
LINES: Final[Json] = {
    "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
    "tooltip": {"mode": "multi", "sort": "desc"},
}
STAT: Final[Json] = {
    "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
    "graphMode": "area",
    "colorMode": "value",
}
COLUMNS: Final = 24
SCHEMA: Final = 39
"""That of Grafana 10.4; later ones bring it up to date themselves."""


@dataclass(frozen=True)
class Panel:
    """Expressions, each with what its lines are called, and how they are drawn."""

    title: str
    description: str
    targets: Mapping[str, str]
    unit: str = "short"
    kind: str = "timeseries"
    width: int = 12
    height: int = 8
    drawn: Json = field(default_factory=dict[str, object])
    defaults: Json = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class Dashboard:
    """What Grafana imports; `variables` are built by the functions below."""

    uid: str
    title: str
    description: str
    variables: Sequence[Json]
    panels: Sequence[Panel]

    def json(self) -> Json:
        """Returns it as a file has it: with a uid, and without the id of one Grafana."""
        return {
            "uid": self.uid,
            "title": self.title,
            "description": self.description,
            "tags": ["jobsys"],
            "schemaVersion": SCHEMA,
            "version": 1,
            "editable": True,
            "graphTooltip": 1,
            "refresh": "30s",
            "time": {"from": "now-1h", "to": "now"},
            "timezone": "browser",
            "annotations": {"list": []},
            "links": [],
            "templating": {"list": list(self.variables)},
            "panels": _placed(self.panels),
        }


def datasource_variable() -> Json:
    """Returns the choice of the Prometheus that is asked."""
    return {
        "type": "datasource",
        "name": "datasource",
        "label": "Prometheus",
        "query": "prometheus",
        "current": {},
        "options": [],
        "refresh": 1,
        "hide": 0,
    }


def text_variable(name: str, label: str, default: str) -> Json:
    """Returns a text that is typed in."""
    chosen = {"text": default, "value": default}
    return {
        "type": "textbox",
        "name": name,
        "label": label,
        "query": default,
        "current": chosen,
        "options": [{**chosen, "selected": True}],
        "hide": 0,
    }


def label_variable(name: str, label: str, query: str) -> Json:
    """Returns a choice among the values of a label, at first of all."""
    return {
        "type": "query",
        "name": name,
        "label": label,
        "datasource": DATASOURCE,
        "definition": query,
        "query": {"qryType": 1, "query": query, "refId": name},
        "current": {"text": ["All"], "value": ["$__all"]},
        "options": [],
        "allValue": ".*",
        "includeAll": True,
        "multi": True,
        "refresh": 2,
        "sort": 1,
        "hide": 0,
    }


def _placed(panels: Sequence[Panel]) -> list[Json]:
    """Returns panels side by side while a row has room, and then below it."""
    placed = list[Json]()
    x = y = row = 0
    for number, panel in enumerate(panels, 1):
        if x + panel.width > COLUMNS:
            x, y, row = 0, y + row, 0
        place = {"x": x, "y": y, "w": panel.width, "h": panel.height}
        placed.append({"id": number, "gridPos": place, **_panel(panel)})
        x, row = x + panel.width, max(row, panel.height)
    return placed


def _panel(panel: Panel) -> Json:
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": DATASOURCE,
        "fieldConfig": {
            "defaults": {"unit": panel.unit, "min": 0, **panel.defaults},
            "overrides": [],
        },
        "options": panel.drawn,
        "targets": [
            _target(panel, ref, legend, expr)
            for ref, (legend, expr) in zip("ABCDEF", panel.targets.items(), strict=False)
        ],
    }


def _target(panel: Panel, ref: str, legend: str, expr: str) -> Json:
    return {
        "refId": ref,
        "datasource": DATASOURCE,
        "editorMode": "code",
        "expr": expr,
        "legendFormat": legend,
        "format": "heatmap" if panel.kind == "heatmap" else "time_series",
        "range": True,
    }
