"""The documents and variables of other job systems are read as they stand."""

from datetime import timedelta
from pathlib import Path

import pytest
from dotenv import dotenv_values

from jobsys.config import Settings
from jobsys.config.effective import without_effect
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.priority import JobPriority

FIXTURES = Path(__file__).parent / "fixtures"


def load_dotenv(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in dotenv_values(FIXTURES / name).items():
        monkeypatch.setenv(variable, value or "")


def test_the_document_with_a_worker_pool_means_the_same_here() -> None:
    settings = Settings(config=FIXTURES / "jobs-and-pool.yaml")
    assert settings.backend == "redis://localhost:6379/0"
    assert (settings.worker.enabled, settings.worker.concurrency) == (True, 5)
    assert settings.retry.max_attempts == 4, "three retries come after the first attempt"
    assert settings.retry.base == timedelta(seconds=5)
    assert settings.scheduler.cleanup_interval == timedelta(minutes=1)
    assert settings.metrics.collection_interval == timedelta(seconds=30)


def test_the_document_with_queues_means_the_same_here() -> None:
    queues = Settings(config=FIXTURES / "queues.yaml").queues
    assert {name: queue.max_jobs for name, queue in queues.items()} == {
        "default": 1000,
        "email": 5000,
        "file_processing": 100,
        "cleanup": 50,
    }
    assert queues["email"].levels == (JobPriority.NORMAL, JobPriority.HIGH)
    assert set(queues["default"].levels) == set(JobPriority)


def test_the_document_in_milliseconds_means_the_same_here() -> None:
    settings = Settings(config=FIXTURES / "milliseconds.yaml")
    assert settings.backend == "redis://:s3cr%3At%40%2F@cache.internal:6380/6"
    assert settings.retry.max_attempts == 6, "five retries come after the first attempt"
    assert settings.timeout == timedelta(minutes=1)
    assert (settings.retry.base, settings.retry.cap) == (
        timedelta(seconds=10),
        timedelta(minutes=5),
    )


def test_a_circuit_breaker_in_milliseconds_is_the_circuit_of_our_words() -> None:
    settings = Settings(config=FIXTURES / "milliseconds.yaml")
    assert without_effect(settings) == []
    assert (settings.circuit.failures, settings.circuit.recover_after) == (
        10,
        timedelta(minutes=2),
    )


def test_the_variables_of_the_template_name_a_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    load_dotenv("redis.env", monkeypatch)
    settings = Settings()
    assert settings.backend == "redis://:your_password@localhost:6379/6"
    assert settings.log.level == "INFO"


def test_an_empty_password_with_a_comment_is_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    load_dotenv("switch.env", monkeypatch)
    settings = Settings()
    assert settings.backend == "redis://localhost:6379/0"
    assert settings.worker.enabled


def test_our_own_variable_wins_over_a_redis_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_HOST", "cache")
    monkeypatch.setenv("JOBSYS_BACKEND", "sqlite:///mine.db")
    assert Settings().backend == "sqlite:///mine.db"


def test_without_a_host_the_other_redis_variables_say_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REDIS_PORT", "6380")
    assert Settings().backend == "sqlite:///jobs.db"


def test_a_password_in_the_environment_completes_the_host_in_a_document(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "redis.yaml"
    file.write_text("redis: {host: '::1', port: 7000}")
    monkeypatch.setenv("REDIS_PASSWORD", "pw")
    assert Settings(config=file).backend == "redis://:pw@[::1]:7000/0"


@pytest.mark.parametrize(
    ("text", "backend"),
    [
        ("backend: memory://\n", "redis://cache:6379/0"),
        ("redis: {host: other}\n", "redis://cache:6379/0"),
    ],
)
def test_a_redis_host_in_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, backend: str
) -> None:
    file = tmp_path / "jobsys.yaml"
    file.write_text(text)
    monkeypatch.setenv("REDIS_HOST", "cache")
    assert Settings(config=file).backend == backend


def test_our_own_key_wins_over_a_foreign_one_of_the_same_file(tmp_path: Path) -> None:
    file = tmp_path / "jobsys.yaml"
    file.write_text(
        "backend: memory://\n"
        "worker: {concurrency: 2}\n"
        "jobs: {redis: {addr: 'cache:6379'}, worker_pool: {worker_count: 5}}\n"
    )
    settings = Settings(config=file)
    assert (settings.backend, settings.worker.concurrency) == ("memory://", 2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("jobs: {worker_pool: {worker_cuont: 5}}", "did you mean jobs.worker_pool.worker_count"),
        ("jobs: 5", "jobs is not known"),
        ("jobs: {redis: {addr: cache}}", "jobs.redis.addr: write it as host:port"),
        ("redis: {host: h, port: tcp}", "redis.port: 'tcp' is no number"),
        ("job: {defaultRetries: many}", "job.defaultRetries"),
        ("job: {defaultTimeout: -1}", "job.defaultTimeout"),
        ("job: {defaultTimeout: soon}", "'soon' is no duration"),
        ("jobs: {worker_pool: {retry_delay: 5}}", "5 is no duration"),
        ("queues: {email: {priority_levels: [urgent]}}", "'urgent' is no level: write one of"),
        ("queues: {'a b': {max_jobs: 1}}", "'a b' is not a name"),
    ],
)
def test_what_is_wrong_in_a_document_is_told_in_its_own_words(
    tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "foreign.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=r"foreign\.yaml") as caught:
        Settings(config=file)
    assert told in str(caught.value)
