"""What `jobsys doctor` says where the backend cannot be used: that one thing, and what mends it."""

import json
import socket
import sqlite3
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import redis

from tests.integration.cli.conftest import Cli
from tests.support.redis_server import RedisServer

CERTIFICATE = Path(__file__).parents[2] / "support" / "localhost.pem"


@pytest.fixture
def server(redis_binary: Path) -> Iterator[RedisServer]:
    with RedisServer(redis_binary, appendonly=True) as running:
        yield running


def told(cli: Cli, backend: str, exit_code: int) -> dict[str, str]:
    """The one finding about a backend."""
    cli.backend = backend
    process = cli.start("doctor", "--json")
    printed, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (exit_code, "")
    [check] = json.loads(printed)["checks"]
    assert (check["check"], check["standing"]) == ("backend", "trouble")
    [finding] = check["findings"]
    return finding  # type: ignore[no-any-return]  # JSON


def test_a_backend_that_refuses_connections(cli: Cli) -> None:
    finding = told(cli, "redis://:secret@127.0.0.1:1", 69)
    assert finding["code"] == "backend_unreachable"
    assert "not available" in finding["sentence"]
    assert finding["command"] == "jobsys --backend URL config"
    assert "secret" not in str(finding)


def test_a_certificate_that_is_not_trusted(cli: Cli) -> None:
    with greeting_by_tls() as port:
        finding = told(cli, f"rediss://localhost:{port}", 69)
    assert finding["code"] == "backend_unreachable"
    assert "?ssl_ca_certs=FILE" in finding["sentence"]


@contextmanager
def greeting_by_tls() -> Iterator[int]:
    """A server that shows a certificate which nobody vouches for; yields its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with suppress(OSError), connection:
                        context.wrap_socket(connection, server_side=True)

        threading.Thread(target=greet, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def test_a_password_that_is_wanted(cli: Cli, server: RedisServer) -> None:
    with redis.Redis.from_url(server.url) as admin:
        admin.config_set("requirepass", "secret")
    finding = told(cli, server.url, 3)
    assert finding["code"] == "configuration_wrong"
    assert "check the URL's user and password" in finding["sentence"]
    cli.backend = f"unix://:secret@{server.socket}?db=0"
    assert cli.run("doctor").endswith("all is well\n")


def test_keys_of_a_newer_release(cli: Cli, server: RedisServer) -> None:
    with redis.Redis.from_url(server.url) as admin:
        admin.set("jobs:layout", 99)
    finding = told(cli, server.url, 3)
    assert finding["code"] == "configuration_wrong"
    assert "upgrade jobsys" in finding["sentence"]


def test_keys_of_another_program(cli: Cli, server: RedisServer) -> None:
    with redis.Redis.from_url(server.url) as admin:
        admin.set("jobs:layout", "mine")
    assert told(cli, server.url, 1)["code"] == "backend_damaged"


def test_a_database_of_another_program(cli: Cli, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE cats (name)")
    other.close()
    finding = told(cli, f"sqlite:///{tmp_path}/other.db", 3)
    assert finding["code"] == "configuration_wrong"
    assert "database of another program" in finding["sentence"]


def test_people_are_told_the_same_in_three_lines(cli: Cli) -> None:
    cli.backend = "redis://127.0.0.1:1"
    process = cli.start("doctor")
    printed, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (69, "")
    finding, mend, command, number = printed.splitlines()
    assert finding.startswith("trouble  backend_unreachable: ")
    assert mend.startswith("         to mend it: start it")
    assert command.strip() == "jobsys --backend redis://127.0.0.1:1 config"
    assert number == "1 found"
