"""`jobsys dashboard`, as an operator starts it, and `create_app` in an application of the host's."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest
from fastapi import FastAPI

from jobsys import JobsysContainer, Settings
from jobsys.adapters.http import create_app
from jobsys.ports.errors import MissingExtra
from tests.integration.http.conftest import MARK, TOKENS, bearer, container_for, dashboard, served

APP = """
from jobsys import BaseJob, JobContext, JobsysContainer

class Greet(BaseJob):
    name: str

container = JobsysContainer()

@container.handles(Greet)
async def greet(job: Greet, context: JobContext) -> str:
    return f"Hello {job.name}"
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def verb(folder: Path, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    known = {name: said for name, said in os.environ.items() if not name.startswith("JOBSYS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "jobsys", "--app", "app:container", "dashboard", *arguments],
        cwd=folder,
        env={**known, "JOBSYS_BACKEND": f"sqlite:///{folder}/jobs.db", **environment},
        stderr=subprocess.PIPE,
        text=True,
    )


def answered(url: str, process: "subprocess.Popen[str]") -> httpx2.Response:
    end = monotonic() + 30
    while monotonic() < end and process.poll() is None:
        try:
            return httpx2.get(f"{url}/api/jobs/stats")
        except httpx2.ConnectError:
            sleep(0.05)
    raise AssertionError(process.communicate(timeout=5)[1])


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "app.py").write_text(APP)
    yield tmp_path  # noqa: PT022 (the type says what a test is given)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_verb_serves_until_a_signal_and_runs_no_jobs(
    folder: Path, number: signal.Signals
) -> None:
    url = f"http://127.0.0.1:{(port := free_port())}"
    process = verb(folder, "--port", str(port), "--anonymous", "operator")
    try:
        assert answered(url, process).json()["waiting"] == 0
        body = {"type": "greet", "data": {"name": "Ada"}}
        assert "<title>jobsys</title>" in httpx2.get(f"{url}/").text
        submitted = httpx2.post(f"{url}/api/jobs", json=body, headers=MARK).json()["job_id"]
        assert httpx2.get(f"{url}/api/jobs/{submitted}").json()["status"] == "queued"
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 0, errors
        assert f"serving at {url}/, the API at {url}/api/" in errors
        [line] = [line for line in errors.splitlines() if '"submit"' in line]
        told = json.loads(line[line.index("{") :])
        assert (told["who"], told["after"]) == ("anonymous", submitted)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("arguments", "environment", "told"),
    [
        ((), {}, "nobody could use the REST API"),
        (("--host", "0.0.0.0"), {}, "name tokens"),  # noqa: S104 (it is refused)
        (("--host", "0.0.0.0", "--anonymous", "viewer"), {}, "anonymous is for users of this host"),  # noqa: S104 (it is refused)
        ((), {"JOBSYS_DASHBOARD__TOKENS": '[{"name": "a", "role": "king"}]'}, "tokens.0.role"),
    ],
)
def test_the_verb_refuses_what_would_let_nobody_or_anybody_in(
    folder: Path, arguments: tuple[str, ...], environment: dict[str, str], told: str
) -> None:
    process = verb(folder, *arguments, **environment)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 3
    assert told in errors
    assert "Traceback" not in errors


def test_the_verb_says_where_it_cannot_listen(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = verb(folder, "--port", str(port), "--anonymous", "viewer")
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 3
    assert f"nothing can listen at http://127.0.0.1:{port}" in errors


@pytest.mark.parametrize(
    ("imported", "loaded"),
    [
        ("jobsys, jobsys.adapters.cli.commands, jobsys.adapters.http", "[]"),
        # dependency-injector loads these two itself, where they are installed
        ("jobsys.container", "['fastapi', 'starlette']"),
        ("jobsys.adapters.http.server", "['fastapi', 'starlette', 'uvicorn', 'sse_starlette']"),
    ],
)
def test_nothing_but_the_verb_loads_what_serves(imported: str, loaded: str) -> None:
    program = (
        f"import sys, {imported};"
        "print([m for m in ('fastapi', 'starlette', 'uvicorn', 'sse_starlette') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)
    assert done.stdout.decode().strip() == loaded


@pytest.mark.parametrize("missing", ["fastapi", "sse_starlette", "uvicorn"])
def test_a_missing_extra_says_what_to_install(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("jobsys.adapters.http.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtra, match=r"pip install 'jobsys\[dashboard\]'"):
        container_for().dashboard()


async def test_it_is_mounted_in_an_application_of_the_hosts() -> None:
    container = JobsysContainer(
        Settings(backend="memory://", worker={"enabled": False}, dashboard=dashboard())
    )
    host = FastAPI(lifespan=container.lifespan)
    host.mount("/jobs", create_app(container))
    transport = httpx2.ASGITransport(app=host)
    async with (
        container.lifecycle(),
        httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
    ):
        answer = await client.get("/jobs/api/jobs/stats", headers=bearer("viewer"))
        assert answer.json()["waiting"] == 0
        assert answer.headers["content-security-policy"]
        assert (await client.get("/jobs/api/jobs/stats")).status_code == 401
        missing = await client.get("/jobs/api/nothing", headers=bearer("viewer"))
        assert missing.json()["code"] == "NOT_FOUND"
        assert "content-security-policy" not in (await client.get("/nothing")).headers


async def test_a_browser_logs_in_changes_something_and_logs_out_over_a_socket() -> None:
    async with served(container_for()) as client:
        login = await client.post("/api/login", json={"token": TOKENS["operator"]}, headers=MARK)
        assert login.status_code == 200
        body = {"type": "greet"}
        assert (await client.post("/api/jobs", json=body)).status_code == 403
        here = {**MARK, "Origin": str(client.base_url).rstrip("/")}
        assert (await client.post("/api/jobs", json=body, headers=here)).status_code == 202
        there = {**MARK, "Origin": "http://localhost:1"}
        assert (await client.post("/api/jobs", json=body, headers=there)).status_code == 403
        assert (await client.post("/api/logout", headers=MARK)).status_code == 200
        assert (await client.get("/api/session")).status_code == 401
        assert "server" not in login.headers


async def test_what_a_proxy_says_is_believed_only_where_the_settings_name_it() -> None:
    said = {**MARK, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    token = {"token": TOKENS["viewer"]}
    for proxies, is_secure in (([], False), (["192.0.2.1"], False), (["127.0.0.1"], True)):
        async with served(container_for({**dashboard(), "proxies": proxies})) as client:
            login = await client.post("/api/login", json=token, headers=said)
            assert ("Secure" in login.headers["set-cookie"].split("; ")) == is_secure
            assert ("strict-transport-security" in login.headers) == is_secure


async def test_who_comes_through_a_proxy_is_not_on_this_host() -> None:
    through = {"X-Forwarded-For": "192.0.2.7"}
    container = container_for({"anonymous": "viewer", "proxies": ["127.0.0.1"]})
    async with served(container) as client:
        assert (await client.get("/api/session")).json()["name"] == "anonymous"
        answer = await client.get("/api/session", headers=through)
        assert answer.json()["code"] == "UNKNOWN_HOST"
