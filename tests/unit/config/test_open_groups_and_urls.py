"""Settings whose names are the user's, and URLs that were written wrongly."""

import json

import pytest

from jobsys import Settings
from jobsys.config.effective import effective

SECRET = "S3CRET"  # noqa: S105 (nobody's)


def test_a_queues_slots_are_said_by_a_variable_of_their_own(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("JOBSYS_WORKER__SLOTS__EMAILS", "5")
    assert Settings().worker.slots == {"emails": 5}
    assert caplog.text == ""


@pytest.mark.parametrize(
    "url", [f"smtp://user:{SECRET}", f"smtp//user:{SECRET}@h:1", f"redis:/u:{SECRET}@h"]
)
def test_a_url_that_is_not_quite_one_shows_no_password(url: str) -> None:
    settings = Settings(backend=url, mail={"smtp": url, "sender": "a@example.org"})
    assert SECRET not in str(effective(settings))


def test_a_url_that_is_one_is_shown_without_its_password() -> None:
    shown = {
        one.name: one.value for one in effective(Settings(backend=f"redis://u:{SECRET}@h:1/0"))
    }
    assert shown["backend"] == "redis://u:***@h:1/0"


@pytest.mark.parametrize(
    "variable",
    ["JOBSYS_WEBHOOKS", "JOBSYS_WEBHOOKS__ENDPOINTS", "JOBSYS_WEBHOOKS__ENDPOINTS__BILLING"],
)
def test_an_endpoint_is_said_by_a_variable_as_json_whatever_it_names_and_shows_no_secret(
    variable: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    signing = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    billing = {"url": f"https://u:{SECRET}@example.org/", "secrets": [signing]}
    said: dict[str, object] = {
        "JOBSYS_WEBHOOKS": {"endpoints": {"billing": billing}},
        "JOBSYS_WEBHOOKS__ENDPOINTS": {"billing": billing},
        "JOBSYS_WEBHOOKS__ENDPOINTS__BILLING": dict(billing),
    }
    monkeypatch.setenv(variable, json.dumps(said[variable]))
    settings = Settings()
    [secret] = settings.webhooks.endpoints["billing"].secrets
    assert (secret.get_secret_value(), caplog.text) == (signing, "")
    for shown in (str(effective(settings)), repr(settings)):
        assert SECRET not in shown
        assert signing not in shown


def test_of_a_webhook_s_url_only_the_host_is_shown() -> None:
    signing = f"whsec_{'A' * 32}"
    there = {
        name: {"url": url, "secrets": [signing]}
        for name, url in {
            "chat": f"https://hooks.example.org:8443/services/{SECRET}",
            "user": f"https://u:{SECRET}@example.org/",
            "wrong": f"https//u:{SECRET}@example.org",
        }.items()
    }
    settings = Settings.model_validate({"webhooks": {"endpoints": there}})
    shown = {one.name: one.value for one in effective(settings) if one.name.endswith(".url")}
    assert list(shown.values()) == [
        "https://hooks.example.org:8443/***",
        "https://example.org/***",
        "***",
    ]
    assert SECRET not in repr(settings)
