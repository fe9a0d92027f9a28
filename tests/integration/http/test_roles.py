"""Who may use which route: every role at every route of the table."""

import re

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from jobsys.adapters.http import create_app
from jobsys.adapters.http.page_files import FILES
from jobsys.adapters.http.route_table import ROUTES, Reach, Row
from jobsys.domain.principal import Role
from tests.integration.http.conftest import MARK, TOKENS, Api, container_for

EXAMPLES = {
    "job_id": "default:none",
    "queue": "default",
    "schedule_id": "default:none",
    "name": "smtp",
}
RANKS = [Role.VIEWER, Role.OPERATOR, Role.ADMIN]
EVERYBODY: list[Role | None] = [None, *RANKS]
STREAMS = {"/api/events", "/api/live"}
CHANGES_NOTHING = {"/api/login", "/api/logout", "/api/schedules/preview"}
FOR_ADMINS = {
    ("PATCH", "/api/queues/{queue}/policy"),
    ("POST", "/api/queues/{queue}/drain"),
    ("POST", "/api/queues/{queue}/purge"),
    ("PUT", "/api/schedules/{schedule_id}"),
    ("DELETE", "/api/schedules/{schedule_id}"),
    ("POST", "/api/dead-letters/purge"),
}


def path_of(row: Row, **named: str) -> str:
    return row.path.format(**{**EXAMPLES, **named})


def spelled(row: Row) -> str:
    return f"{row.method} {row.path}"


async def status(api: Api, row: Row, headers: dict[str, str], **named: str) -> tuple[int, str]:
    """The status of a request with an empty body, and the code of the problem."""
    json: object = None if row.method in {"GET", "DELETE"} else {}
    answer = await api.client.request(row.method, path_of(row, **named), json=json, headers=headers)
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if is_problem else ""


def of(who: str | None) -> dict[str, str]:
    return {} if who is None else {"Authorization": f"Bearer {TOKENS[who]}"}


ASKED = [row for row in ROUTES if row.role is not None]
AT_ONCE = [row for row in ASKED if row.path not in STREAMS]
CHANGES = [row for row in ASKED if row.method != "GET"]


def test_every_route_of_the_app_is_in_the_table_and_behind_its_guard() -> None:
    app = create_app(container_for())
    found = set[tuple[str, str]]()
    for route in app.routes:
        if isinstance(route, APIRoute):
            assert type(route).__name__ == "Guarded", route
            found |= {(method, route.path) for method in route.methods or ()}
    assert found == {(row.method, row.path) for row in ROUTES}


def test_beside_the_api_there_are_only_the_files_of_the_page_and_they_are_only_read() -> None:
    others = [one for one in create_app(container_for()).routes if not isinstance(one, APIRoute)]
    served = {one.path: one.methods for one in others if isinstance(one, Route)}
    assert len(served) == len(others)
    assert served == {path: {"GET", "HEAD"} for path in FILES}


@pytest.mark.parametrize("row", AT_ONCE, ids=spelled)
async def test_a_route_answers_those_who_may_and_refuses_all_others(api: Api, row: Row) -> None:
    assert row.role is not None
    for who in EVERYBODY:
        told, code = await status(api, row, of(who))
        if who is None:
            assert (told, code) == (401, "UNAUTHENTICATED")
        elif RANKS.index(who) < RANKS.index(row.role):
            assert (told, code) == (403, "FORBIDDEN")
        else:
            assert told not in {401, 403, 500}


async def test_a_stream_is_refused_to_who_is_unknown(api: Api) -> None:
    streams = [row for row in ROUTES if row.path in STREAMS]
    assert [row.role for row in streams] == [Role.VIEWER] * len(STREAMS)
    for row in streams:
        assert await status(api, row, {}) == (401, "UNAUTHENTICATED")


def test_what_changes_something_takes_an_operator_and_what_is_for_good_an_admin() -> None:
    for row in ROUTES:
        if row.method != "GET" and row.path not in CHANGES_NOTHING:
            least = Role.ADMIN if (row.method, row.path) in FOR_ADMINS else Role.OPERATOR
            assert row.role is least, row
    open_to_all = {row.path for row in ROUTES if row.role is None}
    assert open_to_all == {"/api/login", "/health/live", "/health/ready"}


@pytest.mark.parametrize("row", CHANGES, ids=spelled)
async def test_a_change_by_cookie_is_refused_where_another_site_may_have_made_it(
    api: Api, row: Row
) -> None:
    login = await api.client.post("/api/login", json={"token": TOKENS["admin"]}, headers=MARK)
    assert login.status_code == 200
    assert await status(api, row, {}) == (403, "CROSS_SITE")
    assert await status(api, row, {"X-Jobsys-Request": "yes"}) == (403, "CROSS_SITE")
    for origin in ("https://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1"):
        assert await status(api, row, {**MARK, "Origin": origin}) == (403, "CROSS_SITE")
    assert await status(api, row, {"Authorization": " "}) == (403, "CROSS_SITE")
    assert (await status(api, row, MARK))[0] not in {401, 403, 500}


@pytest.mark.parametrize("row", CHANGES, ids=spelled)
async def test_a_body_that_a_form_could_send_is_refused(api: Api, row: Row) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        answer = await api.client.request(
            row.method,
            path_of(row),
            content=b'{"confirm": "default"}',
            headers={**of("admin"), "Content-Type": kind},
        )
        assert answer.json()["code"] == "UNSUPPORTED_MEDIA_TYPE", kind


@pytest.mark.parametrize("row", CHANGES, ids=spelled)
async def test_nothing_is_changed_by_a_get(api: Api, row: Row) -> None:
    reads = {row.path for row in ROUTES if row.method == "GET"}
    if row.path not in reads:
        answer = await api.ask("admin", "GET", path_of(row))
        assert answer.status_code in {404, 405, 422}, answer.text


@pytest.mark.parametrize(
    "row", [row for row in ASKED if re.search(r"\{(job_id|queue|schedule_id)\}", row.path)],
    ids=spelled,
)  # fmt: skip
async def test_who_reaches_only_some_queues_is_refused_at_another(api: Api, row: Row) -> None:
    bodies: dict[str, object] = {
        "PUT /api/schedules/{schedule_id}": {"job_type": "mail", "rule": {"every": "1h"}},
        "PUT /api/dead-letters/{job_id}": {"payload": {}, "revision": ""},
        "POST /api/queues/{queue}/pause": {"job_type": "mail"},
        "POST /api/queues/{queue}/resume": {"job_type": "mail"},
        "POST /api/queues/{queue}/purge": {"job_type": "mail", "confirm": "default"},
    }
    body = bodies.get(spelled(row), None if row.method in {"GET", "DELETE"} else {})
    answer = await api.ask("bounded", row.method, path_of(row), body)
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    "row", [row for row in ROUTES if row.reach is Reach.ALL], ids=spelled
)  # fmt: skip
async def test_what_concerns_the_deployment_is_refused_to_who_reaches_only_some(
    api: Api, row: Row
) -> None:
    assert await status(api, row, of("bounded")) == (403, "FORBIDDEN")
