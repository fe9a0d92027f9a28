"""The servers that other tests rely on."""

from pathlib import Path

import pytest
import redis

from tests.support.redis_choice import NoRedisFoundError, choose_redis
from tests.support.redis_fixtures import database_after
from tests.support.redis_server import RedisServer


def write(server: RedisServer, value: str) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.set("key", value)


def read(server: RedisServer) -> object:
    with redis.Redis.from_url(server.url, decode_responses=True) as client:
        return client.get("key")


def test_each_test_finds_an_empty_database(clean_redis_url: str) -> None:
    with redis.Redis.from_url(clean_redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


def test_each_test_finds_an_empty_database_again(clean_redis_url: str) -> None:
    with redis.Redis.from_url(clean_redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_an_appending_server_keeps_its_data(redis_binary: Path, end: str) -> None:
    with RedisServer(redis_binary, appendonly=True) as server:
        write(server, "kept")
        getattr(server, end)()
        assert not server.answers()
        server.restart()
        assert read(server) == "kept"


def test_a_plain_server_starts_empty(redis_binary: Path) -> None:
    with RedisServer(redis_binary) as server:
        write(server, "lost")
        server.restart()
        assert read(server) is None


def test_a_server_that_cannot_start_shows_its_log(redis_binary: Path) -> None:
    server = RedisServer(redis_binary, options=("--maxmemory", "nonsense"))
    with pytest.raises(RuntimeError, match="does not start"):
        server.start()
    server.close()


def test_a_closed_server_leaves_nothing_behind(redis_binary: Path) -> None:
    with RedisServer(redis_binary) as server:
        assert server.directory.exists()
    assert not server.directory.exists()


def test_a_redis_that_is_not_there_is_named() -> None:
    with pytest.raises(NoRedisFoundError, match="/no/such/redis-server"):
        choose_redis("/no/such/redis-server")


@pytest.mark.parametrize(
    ("named", "next_one"),
    [
        ("redis://host:1", "redis://host:1?db=1"),
        ("redis://user:word@host/3", "redis://user:word@host?db=4"),
        ("rediss://host?db=2&timeout=5", "rediss://host?timeout=5&db=3"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock?db=1"),
        ("unix:///run/redis.sock?db=5", "unix:///run/redis.sock?db=6"),
    ],
)
def test_each_test_process_gets_a_database_of_its_own(named: str, next_one: str) -> None:
    assert database_after(named, 1) == next_one
