"""Arguments win over the environment, that over the file, that over the defaults."""

import logging
from pathlib import Path

import pytest

from jobsys.config import Settings, WorkerSettings
from jobsys.config.effective import Effective, effective, origin
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.retry import RetryPolicy

ENABLED = ("worker", "enabled")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "jobsys.yaml"
    file.write_text("worker:\n  concurrency: 3\n  enabled: false\nnamespace: from-file\nlog:\n")
    return file


def shown(settings: Settings, name: str) -> Effective:
    return next(one for one in effective(settings) if one.name == name)


def test_each_place_wins_over_those_below_it(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    def concurrency(settings: Settings) -> tuple[object, str]:
        one = shown(settings, "worker.concurrency")
        return one.value, one.place

    assert concurrency(Settings()) == (10, "default")
    monkeypatch.setenv("JOBSYS_CONFIG", str(file))
    assert concurrency(Settings()) == (3, f"{file}: worker.concurrency")
    monkeypatch.setenv("JOBSYS_WORKER", '{"concurrency": 4}')
    assert concurrency(Settings()) == (4, "JOBSYS_WORKER")
    monkeypatch.setenv("JOBSYS_WORKER__CONCURRENCY", "5")
    assert concurrency(Settings()) == (5, "JOBSYS_WORKER__CONCURRENCY")
    assert concurrency(Settings(worker={"concurrency": 6})) == (6, "argument")


def test_no_file_is_picked_up_that_nobody_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("jobsys.yaml", "jobsys.toml", ".env"):
        (tmp_path / name).write_text("JOBSYS_NAMESPACE=picked\n")
    monkeypatch.chdir(tmp_path)
    assert Settings().namespace == "jobs"


def test_a_group_given_as_an_object_leaves_to_others_what_it_does_not_say(file: Path) -> None:
    settings = Settings(config=file, worker=WorkerSettings(enabled=True), retry=RetryPolicy())
    assert (settings.worker.enabled, settings.worker.concurrency) == (True, 3)


def test_toml_says_the_same_as_yaml(tmp_path: Path, file: Path) -> None:
    toml = tmp_path / "jobsys.toml"
    toml.write_text('namespace = "from-file"\n[worker]\nconcurrency = 3\nenabled = false\n')
    assert Settings(config=toml).worker == Settings(config=file).worker


def test_whether_a_worker_runs_is_decided_by_argument_then_settings_then_switch_then_production(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    def decided(settings: Settings) -> tuple[bool, str]:
        return settings.worker.enabled, origin(settings, ENABLED)

    assert decided(Settings()) == (True, "default")
    monkeypatch.setenv("NODE_ENV", "production")
    assert decided(Settings()) == (True, "default in production (NODE_ENV)")
    monkeypatch.setenv("ENABLE_BACKGROUND_JOBS", "false")
    assert decided(Settings()) == (False, "ENABLE_BACKGROUND_JOBS")
    monkeypatch.setenv("ENABLE_BACKGROUND_JOBS", "true")
    assert decided(Settings(config=file)) == (False, f"{file}: worker.enabled")
    assert decided(Settings(config=file, worker={"enabled": True})) == (True, "argument")


@pytest.mark.parametrize(
    ("environment", "level"),
    [
        ({}, "INFO"),
        ({"NODE_ENV": "production"}, "WARNING"),
        ({"JOBSYS_ENV": "Production"}, "WARNING"),
        ({"NODE_ENV": "production", "JOBSYS_ENV": "development"}, "INFO"),
        ({"NODE_ENV": "production", "LOG_LEVEL": "debug"}, "DEBUG"),
        ({"LOG_LEVEL": "warn"}, "WARNING"),
        ({"LOG_LEVEL": "warn", "JOBSYS_LOG__LEVEL": "error"}, "ERROR"),
    ],
)
def test_the_log_level_follows_the_settings_then_log_level_then_the_environments_kind(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], level: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings().log.level == level


@pytest.mark.parametrize(
    "variable",
    ["JOBSYS_CONFIG", "JOBSYS_WORKER__CONCURRENCY", "JOBSYS_XYZZY", "REDIS_HOST", "LOG_LEVEL"],
)
def test_an_empty_variable_says_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, variable: str
) -> None:
    monkeypatch.setenv(variable, "")
    assert {one.place for one in effective(Settings())} == {"default"}
    assert caplog.records == []


def test_a_group_in_the_environment_wins_over_a_value_in_its_place(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    file.write_text("worker: 5\n")
    monkeypatch.setenv("JOBSYS_WORKER__CONCURRENCY", "4")
    assert Settings(config=file).worker.concurrency == 4


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ENABLE_BACKGROUND_JOBS", "perhaps"),
        ("LOG_LEVEL", "loud"),
        ("JOBSYS_WORKER__CONCURRENCY", "many"),
        ("JOBSYS_CONFIG", "/nowhere/jobsys.yaml"),
    ],
)
def test_a_wrong_value_in_the_environment_names_its_variable_or_file(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=value if "/" in value else variable):
        Settings()


def test_a_port_that_is_no_number_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_HOST", "cache")
    monkeypatch.setenv("REDIS_PORT", "tcp://10.0.0.1:6379")
    with pytest.raises(ConfigurationError, match="REDIS_PORT: 'tcp://"):
        Settings()


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("JOBSYS_WORKER__CONCURENCY", "did you mean JOBSYS_WORKER__CONCURRENCY?"),
        ("JOBSYS_BACKENDS", "did you mean JOBSYS_BACKEND?"),
        ("JOBSYS_XYZZY", "`jobsys config` lists"),
        ("JOBSYS_BACKEND__HOST", "JOBSYS_BACKEND__HOST is no setting"),
    ],
)
def test_an_unknown_variable_of_ours_is_told_of_and_has_no_effect(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, variable: str, told: str
) -> None:
    monkeypatch.setenv(variable, "4")
    assert Settings().worker.concurrency == 10
    assert variable in caplog.text
    assert told in caplog.text


def test_known_variables_cause_no_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("APP", "TEST_REDIS_URL", "NAMESPACE", "worker__concurrency"):
        monkeypatch.setenv(f"JOBSYS_{name}", "7")
    monkeypatch.setenv("JOBSYS_QUEUES__EMAIL__MAX_JOBS", "5")
    monkeypatch.setenv("JOBSYS_QUEUES__SLOW", '{"max_jobs": 6}')
    settings = Settings()
    assert settings.worker.concurrency == 7
    assert {name: queue.max_jobs for name, queue in settings.queues.items()} == {
        "email": 5,
        "slow": 6,
    }
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []


def test_secrets_are_masked_where_settings_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("redis://bob:hunter2@cache:1/0", "redis://cache/0?password=hunter2"):
        settings = Settings(backend=url)
        assert "hunter2" not in f"{effective(settings)} {settings!r}"
    monkeypatch.setenv("REDIS_HOST", "cache")
    monkeypatch.setenv("REDIS_PASSWORD", "hunter2")
    assert shown(Settings(), "backend") == Effective(
        "backend", "redis://:***@cache:6379/0", "REDIS_HOST, REDIS_PASSWORD"
    )
