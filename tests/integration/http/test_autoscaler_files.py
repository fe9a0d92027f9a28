"""What KEDA is given asks for what there is."""

from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

import pytest
import yaml

from jobsys.ports.metric_families import WANTED_SLOTS
from tests.integration.http.conftest import Api, Greet, Mail
from tests.support.documents import ROOT
from tests.support.operators_files import KEDA, trigger_of

PAGE = (ROOT / "docs" / "autoscaling.md").read_text(encoding="utf-8")
FILES = sorted(path.name for path in KEDA.glob("*.yaml"))


def at(told: object, location: str) -> object:
    """What is found at a path of names with dots between them."""
    for name in location.split("."):
        told = cast("Mapping[str, object]", told)[name]
    return told


async def test_the_api_tells_a_number_where_the_file_looks_for_it(api: Api) -> None:
    await api.container.job_service().submit_many([Greet(), Greet(), Mail()])
    trigger = trigger_of("keda-metrics-api.yaml")
    asked = urlsplit(trigger["url"])
    told = await api.ask("viewer", "GET", f"{asked.path}?{asked.query}")
    assert at(told.json(), trigger["valueLocation"]) == 2
    assert at(told.json(), "queues.mails.wanted_slots") == 1


def test_the_metric_is_what_the_file_asks_prometheus_for() -> None:
    assert f"jobsys_{WANTED_SLOTS.name}" in trigger_of("keda-prometheus.yaml")["query"]


@pytest.mark.parametrize("name", FILES)
def test_the_page_shows_what_is_in_the_file(name: str) -> None:
    assert f"configs/kubernetes/{name}" in PAGE
    blocks = [yaml.safe_load(block.split("```")[0]) for block in PAGE.split("```yaml\n")[1:]]
    shown = [trigger["metadata"] for block in blocks for trigger in block["triggers"]]
    assert trigger_of(name) in shown


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_names_is_in_it(name: str) -> None:
    documents = list(yaml.safe_load_all((KEDA / name).read_text(encoding="utf-8")))
    named = {(one["kind"], one["metadata"]["name"]) for one in documents}
    for one in documents:
        for trigger in one.get("spec", {}).get("triggers", ()):
            if "authenticationRef" in trigger:
                assert ("TriggerAuthentication", trigger["authenticationRef"]["name"]) in named
        for secret in one.get("spec", {}).get("secretTargetRef", ()):
            assert ("Secret", secret["name"]) in named
