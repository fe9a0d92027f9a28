"""What fires the alerts, and what an operator reads then."""

import re
import subprocess

import pytest
import yaml

from tests.support.documents import ROOT
from tests.support.operators_files import ALERTS, alerts, judged

PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
TESTS = ALERTS.with_name("alerts_test.yml")
GROUPS = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
RULES = {rule["alert"]: rule for group in GROUPS for rule in group["rules"]}


def promtool(*words: str) -> str:
    done = subprocess.run(
        ["promtool", *words], cwd=ALERTS.parent, text=True, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.prometheus
def test_each_alert_fires_when_it_should_and_not_otherwise() -> None:
    assert "SUCCESS" in promtool("test", "rules", TESTS.name)


@pytest.mark.prometheus
def test_the_example_of_a_configuration_is_one() -> None:
    assert f"{len(RULES)} rules found" in promtool("check", "config", "prometheus.yml")


def test_of_each_alert_a_test_says_what_fires_it_and_what_does_not() -> None:
    checks = [
        check
        for test in yaml.safe_load(TESTS.read_text(encoding="utf-8"))["tests"]
        for check in test["alert_rule_test"]
    ]
    for fires in (True, False):
        assert {one["alertname"] for one in checks if bool(one["exp_alerts"]) is fires} == set(
            RULES
        )


@pytest.mark.parametrize("name", RULES)
def test_an_alert_says_what_to_do_and_where_more_is_told(name: str) -> None:
    told = RULES[name]["annotations"]
    assert set(told) == {"summary", "description", "runbook"}
    document, _, anchor = told["runbook"].partition("#")
    assert (document, anchor) == ("docs/metrics.md", name.lower())
    assert re.search(rf"^### {name}$", PAGE, re.MULTILINE)


def test_every_threshold_is_found_where_an_expression_is_judged() -> None:
    for name, expr in alerts().items():
        assert judged(expr).count(" bool ") == len(re.findall(r" [<>] ", expr)) >= 1, name
