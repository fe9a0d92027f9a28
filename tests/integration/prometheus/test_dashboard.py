"""The dashboard that an operator imports."""

import json
import re

from jobsys.ports.metric_families import FAMILIES
from tests.support.dashboard import FILE, written
from tests.support.operators_files import alerts, panels

TEXT = FILE.read_text(encoding="utf-8")
DASHBOARD = json.loads(TEXT)
WANTED = {
    "Job Processing Rate",
    "Queue Sizes by Priority",
    "Worker Pool Utilization",
    "Processing Time Distribution",
    "Error Rate by Job Type",
}


def families(exprs: object) -> set[str]:
    """The families that expressions name."""
    named = set[str](re.findall(r"jobsys_(jobs_\w+)", str(exprs)))
    return {name.removesuffix("_bucket") for name in named}


def test_the_dashboard_is_as_its_panels_are_written() -> None:
    assert written() == TEXT, "run: python -m tests.support.dashboard"


def test_it_can_be_imported_into_any_grafana() -> None:
    assert DASHBOARD["uid"]
    assert DASHBOARD["schemaVersion"] >= 36
    assert "id" not in DASHBOARD
    assert {panel["datasource"]["uid"] for panel in DASHBOARD["panels"]} == {"${datasource}"}
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert sorted(set(ids)) == ids


def test_it_has_the_panels_that_are_asked_for_and_each_says_what_it_shows() -> None:
    assert {panel["title"] for panel in DASHBOARD["panels"]} >= WANTED
    assert all(panel["description"] for panel in DASHBOARD["panels"])


def test_panels_lie_side_by_side_and_none_over_another() -> None:
    taken = set[tuple[int, int]]()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_every_variable_is_used_and_no_other() -> None:
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    assert variables == {"datasource", "namespace", "queue", "type"}
    used = set[str](re.findall(r"\$\{?(\w+)", TEXT))
    assert {name for name in used if name[:2] != "__"} == variables
    assert {name for name in used if name[:2] == "__"} == {"__all", "__rate_interval", "__range"}


def test_every_family_is_shown_and_nothing_else_is_asked_for() -> None:
    known = {family.name for family in FAMILIES}
    assert families(panels()) == known
    assert families(alerts()) <= known
