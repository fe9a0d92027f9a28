"""Settings: by argument, else by the environment; a wrong one is named."""

from datetime import timedelta
from pathlib import Path

import pytest

from jobsys.config import Settings
from jobsys.domain.errors import ConfigurationError


def test_without_any_setting_jobs_are_durable_and_a_worker_runs() -> None:
    settings = Settings()
    assert settings.backend == "sqlite:///jobs.db"
    assert settings.worker.enabled
    assert settings.worker.renewal_pause == timedelta(seconds=3)


def test_an_argument_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBSYS_BACKEND", "redis://elsewhere")
    assert Settings().backend == "redis://elsewhere"
    assert Settings(backend="memory://").backend == "memory://"


def test_arguments_and_environment_together_make_the_workers_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JOBSYS_WORKER__CONCURRENCY", "7")
    monkeypatch.setenv("JOBSYS_WORKER__QUEUES", '["emails", "reports"]')
    worker = Settings(worker={"enabled": False, "queues": ["emails"]}).worker
    assert (worker.enabled, worker.concurrency, worker.queues) == (False, 7, ("emails",))


def test_durations_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBSYS_WORKER__GRACE", "1m30s")
    assert Settings().worker.grace == timedelta(seconds=90)


def test_a_short_lease_is_renewed_often_enough_without_saying_so() -> None:
    worker = Settings(worker={"lease_for": timedelta(seconds=2)}).worker
    assert worker.renewal_pause * 3 < worker.lease_for


@pytest.mark.parametrize(
    ("worker", "named"),
    [
        ({"concurrency": 0}, "worker.concurrency"),
        ({"concurrency": "many"}, "worker.concurrency"),
        ({"lease_for": 10}, "worker.lease_for"),
        ({"lease_for": "0s"}, "worker.lease_for"),
        ({"grace": "-1s"}, "worker.grace"),
        ({"queues": ["emails", "jobs:*"]}, "worker.queues.1"),
        ({"lease_for": "2s", "renew_every": "2s"}, "renew_every"),
        ({"processses": 2}, "worker.processses"),
    ],
)
def test_a_wrong_worker_setting_is_named(worker: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        Settings.model_validate({"worker": worker})


def test_every_wrong_setting_is_named_at_once() -> None:
    wrong = {"backend": 5, "namespace": "a b", "max_payload": -1, "colour": "red"}
    with pytest.raises(ConfigurationError) as caught:
        Settings.model_validate(wrong)
    assert all(name in str(caught.value) for name in wrong)


@pytest.mark.parametrize(
    ("variable", "value"), [("FILES", "/srv"), ("WORKER__QUEUES", "a,b"), ("WORKER", "{")]
)
def test_a_list_in_the_environment_that_is_no_json_is_explained(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(f"JOBSYS_{variable}", value)
    with pytest.raises(ConfigurationError, match="JSON"):
        Settings()


def test_folders_for_files_come_from_the_environment_as_json(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JOBSYS_FILES", '["/srv/files"]')
    assert Settings().files == (Path("/srv/files"),)


@pytest.mark.parametrize(
    ("mail", "named"),
    [
        ({"outbox": "out", "smtp": "smtp://host", "sender": "a@b.org"}, "exclude each other"),
        ({"smtp": "smtp://host"}, "smtp needs sender"),
        ({"sender": "Shop <shop@example.org>"}, "mail.sender"),
        ({"sender_name": "Shop\r\nBcc: x@evil.test"}, "mail.sender_name"),
        ({"postbox": "out"}, "mail.postbox"),
    ],
)
def test_a_wrong_mail_setting_is_named(mail: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        Settings.model_validate({"mail": mail})


def test_the_mail_servers_password_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBSYS_MAIL__SMTP", "smtp://ada:canary@host")
    monkeypatch.setenv("JOBSYS_MAIL__SENDER", "shop@example.org")
    settings = Settings()
    assert settings.mail.smtp == "smtp://ada:canary@host"
    assert "canary" not in f"{settings} {settings!r} {settings.mail}"
    monkeypatch.setenv("JOBSYS_MAIL__OUTBOX", "out")
    with pytest.raises(ConfigurationError) as caught:
        Settings()
    assert "canary" not in str(caught.value)


def test_settings_cannot_be_changed_afterwards() -> None:
    settings = Settings()
    with pytest.raises(ValueError, match="frozen"):
        setattr(settings, "backend", "memory://")  # noqa: B010 (a type checker refuses it as well)


def test_metrics_are_counted_and_served_nowhere_unless_there_is_a_port(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    metrics = Settings().metrics
    assert (metrics.enabled, metrics.namespace, metrics.port) == (True, "jobsys", None)
    monkeypatch.setenv("JOBSYS_METRICS__PORT", "9464")
    assert Settings(metrics={"collection_interval": "5s"}).metrics.port == 9464


@pytest.mark.parametrize(
    "wrong", [{"port": 0}, {"port": 65_536}, {"namespace": "a-b"}, {"collection_interval": 5}]
)
def test_a_wrong_metrics_setting_is_named(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=rf"metrics\.{next(iter(wrong))}"):
        Settings.model_validate({"metrics": wrong})
