"""A secret that was planted wherever one may lie is in no output of a whole deployment."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest

from jobsys.adapters.http.route_table import ROUTES

CANARY = "canary-1618033988"
APP = """
from jobsys import BaseJob, JobContext, JobsysContainer, RetryPolicy

CANARY = "CANARY"


class Login(BaseJob):
    retry = RetryPolicy(max_attempts=1)
    name: str = f"the password is password={CANARY}"
    api_key: str = CANARY
    nested: dict[str, object] = {"card": CANARY, "list": [{"jwt": CANARY}]}
    fails: bool = False


container = JobsysContainer()


@container.handles(Login)
async def login(job: Login, context: JobContext) -> dict[str, object]:
    context.log.warning("signed in with Authorization: Bearer %s", CANARY)
    context.metrics.counter("logins", token=CANARY, by=f"secret={CANARY}")
    await context.progress(50, f"sending token={CANARY}")
    if job.fails:
        raise ValueError(f"redis://ada:{CANARY}@host refused; session_id={CANARY}")
    return {"access_token": CANARY, "said": f"cookie: {CANARY}"}
"""
SETTINGS = """
dashboard:
  tokens:
    - {name: ada, role: admin, token: canary-1618033988-admin}
    - {name: bob, role: operator, token: canary-1618033988-operator}
    - {name: eve, role: viewer, token: canary-1618033988-viewer}
mail:
  sender: jobs@example.com
  smtp: smtp://ada:canary-1618033988@127.0.0.1:2525
"""
VERBS = (
    *("--json list", "get {done}", "--json get {dead}", "log {dead}", "dlq show {dead}"),
    *("--json dlq list", "dlq summary", "config", "--json schedule list", "doctor"),
    *("submit login []", 'submit login {{"token":"CANARY"}}', "retry {dead}"),
)
"""The last ones say what went wrong, or what was done."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@dataclass
class Deployment:
    """A worker and a dashboard over one file, in a folder of their own, and all that was put out."""

    folder: Path
    told: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        return {
            **os.environ,
            "JOBSYS_BACKEND": f"sqlite:///{self.folder / 'jobs.db'}",
            "JOBSYS_CONFIG": str(self.folder / "jobsys.yaml"),
            "PYTHONPATH": f"{self.folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
            "LOG_LEVEL": "debug",
        }

    def command(self, *said: str) -> list[str]:
        config = str(self.folder / "jobsys.yaml")
        return [sys.executable, "-m", "jobsys", "--config", config, "--app", "app:container", *said]

    def run(self, *said: str) -> str:
        done = subprocess.run(
            self.command(*said), cwd=self.folder, env=self.env, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        self.told[" ".join(said)] = done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout

    def begin(self, name: str, *said: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                self.command(*said), cwd=self.folder, env=self.env, stdout=log, stderr=log
            )

    def logs(self) -> Iterator[tuple[str, str]]:
        for log in self.folder.glob("*.log"):
            yield log.name, log.read_text()


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    (tmp_path / "app.py").write_text(APP.replace('"CANARY"', f'"{CANARY}"'))
    (tmp_path / "jobsys.yaml").write_text(SETTINGS)
    return Deployment(tmp_path)


def ended(deployment: Deployment, job_id: str) -> None:
    deployment.run("get", job_id, "--wait", "60s")


def test_a_planted_secret_is_in_no_output(deployment: Deployment) -> None:
    metrics, port = free_port(), free_port()
    worker = deployment.begin("worker", "worker", f"--metrics-port={metrics}")
    page = deployment.begin("dashboard", "dashboard", f"--port={port}")
    try:
        done = json.loads(deployment.run("--json", "submit", "login", "{}"))["job_id"]
        dead = json.loads(deployment.run("--json", "submit", "login", '{"fails": true}'))["job_id"]
        for job_id in (done, dead):
            ended(deployment, job_id)
        deployment.run("schedule", "add", "nightly", "login", "{}", "--every", "1h")
        edited = json.dumps({"name": f"password={CANARY}", "nested": {"pwd": CANARY}})
        deployment.run("dlq", "edit", dead, edited, "--yes")
        for verb in VERBS:
            said = verb.replace("CANARY", CANARY).format(done=done, dead=dead).split()
            deployment.run(*said)
        ask(deployment, f"http://127.0.0.1:{port}", done, dead)
        scraped = httpx2.get(f"http://127.0.0.1:{metrics}/metrics").text
        assert "jobs_custom_logins" in scraped
        deployment.told["metrics"] = scraped
    finally:
        for process in (page, worker):
            process.terminate()
            process.wait(30)
    shown = {**deployment.told, **dict(deployment.logs())}
    assert "***" in shown["worker.log"]
    assert "***" in shown[f"get {done}"]
    assert [where for where, text in shown.items() if CANARY in text] == []


def ask(deployment: Deployment, url: str, done: str, dead: str) -> None:
    """Asks every route that is read, as everybody, and some that change something."""
    until_answered(url)
    named = {"job_id": dead, "queue": "default", "schedule_id": "default:nightly", "name": "x"}
    reads = [row.path for row in ROUTES if row.method == "GET"]
    paths = [path.format(**named) for path in reads if path not in {"/api/events", "/api/live"}]
    for role in ("admin", "operator", "viewer"):
        headers = {"Authorization": f"Bearer {CANARY}-{role}"}
        with httpx2.Client(base_url=url, headers=headers, timeout=30) as client:
            for path in (
                *paths,
                f"/api/jobs/{done}",
                f"/api/jobs/{done}/log",
                "/api/jobs?text=pass",
            ):
                deployment.told[f"{role} {path}"] = client.get(path).text
            wrong = {"type": "login", "payload": {"fails": "maybe", "api_key": CANARY}}
            deployment.told[f"{role} submit"] = client.post("/api/jobs", json=wrong).text
            deployment.told[f"{role} login"] = client.post(
                "/api/login", json={"token": f"{CANARY}-wrong"}, headers={"X-Jobsys-Request": "1"}
            ).text
            with client.stream("GET", "/api/live") as live:
                lines = live.iter_lines()
                deployment.told[f"{role} live"] = next(line for line in lines if "data:" in line)


def until_answered(url: str) -> None:
    end = monotonic() + 60
    while monotonic() < end:
        try:
            httpx2.get(f"{url}/health/live")
            return
        except httpx2.ConnectError:
            sleep(0.05)
    raise AssertionError("nothing answers")
