"""What goes wrong is told by a code, by whoever's mistake it was, and never by a traceback."""

import json
import logging
from collections.abc import Iterator

import pytest

from jobsys import BackgroundJobService, JobsysContainer
from jobsys.adapters.http.problems import STATUS, Problem, status_of
from jobsys.adapters.http.refusals import Refusal
from jobsys.adapters.http.route_table import ROUTES
from jobsys.domain import errors
from jobsys.domain.errors import JobsysError
from jobsys.ports import errors as port_errors
from jobsys.ports.errors import AdapterError, QueueUnavailable
from tests.integration.http.conftest import (
    MARK,
    TOKENS,
    Api,
    Greet,
    Mail,
    asked_without_lifecycle,
    bearer,
)

MEMBERS = {"type", "title", "status", "detail", "code", "error"}
HOSTILE = [
    "%00", "%0d%0aX-Evil:1", "..%2f..%2fetc%2fpasswd", "default:*", "{}", "[", "default:%ff%fe",
    "%E2%80%AEdefault:x", "a" * 10_000, "default:x:y", ":", "default:", "%F0%9F%92%A3:%F0%9F%92%A3",
    "'%22%3E%3Csvg%20onload=alert(1)%3E", "default:x%20", "-default:x", "default%3Ax%3Fy",
]  # fmt: skip


def known_errors() -> Iterator[type[JobsysError]]:
    for module in (errors, port_errors):
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, JobsysError):
                yield kind


def test_every_error_of_jobsys_has_a_status_that_says_whose_it_is() -> None:
    for kind in known_errors():
        status = status_of(kind())
        if issubclass(kind, (errors.JobError, Refusal)) and kind is not errors.NotRunning:
            assert 400 <= status < 500, kind
        elif not issubclass(kind, QueueUnavailable):
            assert status in {500, 503}, kind
        assert kind not in STATUS or STATUS[kind] == status
    assert status_of(port_errors.QueueGone()) == 503


async def test_a_problem_has_the_members_that_are_promised(api: Api) -> None:
    for method, path, status, code in [
        ("GET", "/api/jobs/default:none", 404, "JOB_NOT_FOUND"),
        ("POST", "/api/jobs/default:none/retry", 404, "JOB_NOT_FOUND"),
        ("GET", "/api/schedules/default:none", 404, "SCHEDULE_NOT_FOUND"),
        ("GET", "/api/nothing", 404, "NOT_FOUND"),
        ("PUT", "/api/jobs", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/api/jobs?limit=101", 422, "VAL_2001"),
        ("GET", "/api/jobs?after=nowhere", 422, "VAL_2001"),
        ("GET", "/api/jobs?statuss=failed", 422, "VAL_2001"),
        ("GET", "/api/jobs?queue=mails&queue=default", 422, "VAL_2001"),
        ("GET", "/api/dead-letters?text=a&text=b", 422, "VAL_2001"),
        ("GET", "/api/dead-letters?confirm=all", 422, "VAL_2001"),
    ]:
        answer = await api.ask("admin", method, path)
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(problem) >= MEMBERS, path
        assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
        assert problem["error"] == problem["detail"] != ""
        assert problem["type"] == f"urn:jobsys:error:{code}"


async def test_each_field_that_is_wrong_is_named(api: Api) -> None:
    body = {"job_type": "greet", "payload": [], "delay": 5, "colour": "red"}
    answer = await api.ask("admin", "POST", "/api/jobs", body)
    named = {one["field"] for one in answer.json()["errors"]}
    assert (answer.status_code, named) == (422, {"payload", "delay", "colour"})
    answer = await api.ask(
        "admin", "POST", "/api/jobs", {"type": "mail", "data": {"to": 5, "x": 1}}
    )
    assert answer.status_code == 422
    assert "to: " in answer.json()["error"]
    assert "x: " in answer.json()["error"]
    answer = await api.ask("admin", "POST", "/api/jobs", {"type": "gret"})
    assert (answer.status_code, answer.json()["code"]) == (422, "UNKNOWN_JOB_TYPE")
    assert "greet" in answer.json()["error"]


async def test_a_second_of_a_kind_is_a_conflict_and_a_queue_that_is_full_says_when_to_come_again(
    api: Api,
) -> None:
    jobs = api.container.job_service()
    await jobs.queues.configure("mails", max_jobs=1)
    await jobs.submit(Mail())
    answer = await api.ask("admin", "POST", "/api/jobs", {"type": "mail"})
    assert (answer.status_code, answer.json()["code"]) == (429, "QUEUE_FULL")
    assert int(answer.headers["retry-after"]) > 0
    await jobs.queues.configure("mails", max_jobs=0, closed=True)
    answer = await api.ask("admin", "POST", "/api/jobs", {"type": "mail"})
    assert (answer.status_code, answer.json()["code"]) == (409, "QUEUE_CLOSED")
    done = await jobs.submit(Greet())
    answer = await api.ask("admin", "POST", f"/api/jobs/{done}/retry")
    assert (answer.status_code, answer.json()["code"]) == (409, "ILLEGAL_TRANSITION")


async def test_hostile_names_in_a_path_are_refused_without_a_trace(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    for row in [row for row in ROUTES if "{" in row.path]:
        for text in HOSTILE:
            path = row.path.partition("{")[0] + text + row.path.partition("}")[2]
            answer = await api.ask("admin", row.method, path, {} if row.method != "GET" else None)
            assert 400 <= answer.status_code < 500, (row, text)
            assert "Traceback" not in answer.text
            assert "x-evil" not in answer.headers
    assert not [record for record in caplog.records if record.name == "jobsys.http"]


def hostile_names() -> list[str]:
    signs = [chr(code) for code in range(128) if not chr(code).isalnum() and chr(code) not in "_.-"]
    others = ["\u202e", "\u2028", "\x85", "é", "\ud800", "💣", "\u0000", "\r\n", "{}", "a" * 65]
    return [text for sign in [*signs, *others] for text in (sign, f"a{sign}b", f"{sign}a")][3:]


async def test_hostile_names_in_a_body_are_refused(api: Api) -> None:
    names = [name for name in hostile_names() if name != "a" * 64]
    assert len(names) > 200
    for name in names:
        for body in ({"type": "greet", "queue": name}, {"type": "greet", "key": name},
                     {"type": name}):  # fmt: skip
            answer = await api.client.post(
                "/api/jobs",
                content=json.dumps(body),
                headers={**bearer("admin"), "Content-Type": "application/json"},
            )
            assert answer.status_code == 422, body
            assert set(answer.json()) >= MEMBERS
    assert (await api.ask("admin", "GET", "/api/jobs")).json()["jobs"] == []


async def test_a_hostile_host_in_a_header_breaks_nothing(api: Api) -> None:
    known = {name.encode(): said.encode() for name, said in {**bearer("admin"), **MARK}.items()}
    for host in ("[::1", "a b", "evil.example/x", "\xff", "", ":", "a:b:c", "http://x"):
        headers = {**known, b"Host": host.encode("latin-1")}
        for path in ("/api/jobs/stats", "/api/jobs/", "/nothing"):
            answer = await api.client.get(path, headers=headers)
            assert answer.status_code in {200, 404}, (host, path, answer.text)
        body = {"token": TOKENS["viewer"]}
        answer = await api.client.post("/api/login", json=body, headers=headers)
        assert answer.status_code == 200, host


async def test_bodies_that_are_no_json_or_too_deep_or_too_large_are_refused(api: Api) -> None:
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    for text, status in [
        ("{", 422), ("", 422), ("nonsense", 422), ("[]", 422), ("null", 422), ('"text"', 422),
        (deep, 400), ('{"type": "greet", "data": {"name": "\\ud800"}}', 422),
        ('{"type": "\\ud800"}', 422), ('{"type": "greet", "data": {"name": ' + "9" * 5000 + "}}", 400),
        ('{"type": "greet", "data": {"name": "' + "x" * 300_000 + '"}}', 413),
        ('{"type": "greet", "data": {"name": "' + "x" * 2_000_000 + '"}}', 413),
        ('{"type": "greet", "delay": "99999999999999999999h"}', 422),
        ('{"type": "greet", "run_at": "9999-12-31T23:59:59-23:59"}', 422),
        ('{"type": "greet", "run_at": "0001-01-01T00:00:00+23:59"}', 202),
    ]:  # fmt: skip
        answer = await api.client.post(
            "/api/jobs",
            content=text.encode(),
            headers={**bearer("admin"), "Content-Type": "application/json"},
        )
        assert (answer.status_code, text[:80]) == (status, text[:80]), answer.text
        assert status == 202 or set(answer.json()) >= MEMBERS
    listed = await api.ask("admin", "GET", "/api/jobs")
    assert listed.status_code == 200


async def test_a_body_that_does_not_say_how_long_it_is_is_cut_off_as_well(api: Api) -> None:
    async def endless() -> object:
        while True:
            yield b" " * 65_536

    answer = await api.client.post(
        "/api/jobs",
        content=endless(),  # type: ignore[arg-type]  # it streams
        headers={**bearer("admin"), "Content-Type": "application/json"},
    )
    assert answer.status_code == 413
    assert set(answer.json()) >= MEMBERS


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (QueueUnavailable("redis://bob:hunter2@host:6379 does not answer"), 503, "SRV_6003"),
        (AdapterError("password=hunter2"), 500, "SRV_6001"),
        (port_errors.QueueDamaged("hunter2"), 500, "SRV_6002"),
        (RuntimeError("hunter2"), 500, "SRV_6001"),
    ],
)
async def test_an_error_of_ours_is_logged_and_tells_the_caller_no_secret(
    api: Api,
    error: Exception,
    status: int,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def counts(_: BackgroundJobService) -> None:
        raise error

    monkeypatch.setattr(BackgroundJobService, "counts", counts)
    with caplog.at_level(logging.ERROR, "jobsys.http"):
        answer = await api.ask("admin", "GET", "/api/jobs/stats")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    assert ("retry-after" in answer.headers) == (status == 503)
    assert bool(caplog.records) == (status == 500)
    assert answer.headers["content-security-policy"]


async def test_a_backend_that_is_away_is_503_and_says_when_to_come_again(
    container_of_nowhere: JobsysContainer,
) -> None:

    async with asked_without_lifecycle(container_of_nowhere) as api:
        answer = await api.ask("admin", "GET", "/api/jobs/stats")
        assert (answer.status_code, answer.json()["code"]) == (503, "SRV_6003")
        assert int(answer.headers["retry-after"]) > 0


HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


async def test_every_answer_has_the_security_headers_and_only_one_over_tls_asks_for_tls(
    api: Api,
) -> None:
    for who, method, path in [
        ("admin", "GET", "/api/jobs/stats"), ("admin", "GET", "/nothing"), (None, "GET", "/api/jobs"),
        ("viewer", "POST", "/api/jobs"), ("admin", "PUT", "/api/jobs"), ("admin", "GET", "/api/jobs/x"),
    ]:  # fmt: skip
        answer = await api.ask(who, method, path)
        assert HEADERS.items() <= dict(answer.headers).items(), path
        assert "strict-transport-security" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers
    secure = await api.ask("admin", "GET", "https://127.0.0.1/api/jobs/stats")
    assert secure.headers["strict-transport-security"] == "max-age=31536000"


def test_a_detail_is_bounded_and_on_one_line_of_json() -> None:
    body = bytes(Problem(400, "X", "a\r\nb\u2028" + "x" * 5_000).body)
    assert len(body) < 5_000
    assert not {b"\r", b"\n"} & {body[at : at + 1] for at in range(len(body))}
