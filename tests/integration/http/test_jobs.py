"""Jobs over HTTP: submitted, followed, steered, looked for."""

from datetime import UTC, datetime, timedelta

import pytest

from jobsys.application import job_search
from jobsys.application.views import job_view
from tests.integration.http.conftest import (
    TOKENS,
    Api,
    Fail,
    Greet,
    Mail,
    api_over,
    bearer,
    container_for,
    dashboard,
)
from tests.unit.builtin.test_email_job import SPELLINGS


async def test_a_job_is_submitted_followed_and_counted_in_the_words_that_were_promised(
    working: Api,
) -> None:
    body = {"type": "greet", "data": {"name": "Bob"}}
    answer = await working.ask("operator", "POST", "/api/jobs", body)
    submitted = answer.json()
    assert answer.status_code == 202
    assert submitted == {
        "success": True, "jobId": submitted["job_id"], "job_id": submitted["job_id"],
    }  # fmt: skip
    await working.container.job_service().wait(submitted["job_id"], timeout="10s")
    job = (await working.ask("operator", "GET", f"/api/jobs/{submitted['job_id']}")).json()
    assert job["status"] == "completed"
    assert job["result"] == "Hello Bob"
    assert (job["attempts"], job["progress"]) == (0, 0)
    assert job["completed_at"] == job["ended_at"] > job["created_at"]
    await working.buried()
    await working.ask("operator", "POST", "/api/jobs", {**body, "delay": "1h"})
    stats = (await working.ask("viewer", "GET", "/api/jobs/stats")).json()
    assert stats == {"waiting": 0, "active": 0, "completed": 1, "failed": 1, "delayed": 1}


async def test_a_job_is_shown_as_the_command_line_shows_it(api: Api) -> None:
    jobs = api.container.job_service()
    job_id = await jobs.submit(Greet(api_key="k-1234"))
    shown = (await api.ask("operator", "GET", f"/api/jobs/{job_id}")).json()
    assert shown == job_view(await jobs.get(job_id))


async def test_what_a_submit_may_say_is_taken_and_the_same_key_makes_one_job(api: Api) -> None:
    body = {
        "job_type": "Greet", "payload": {}, "key": "once", "queue": "others", "priority": "HIGH",
        "run_at": "2090-01-01T00:00:00+01:00", "timeout": "5s", "start_within": "1h",
    }  # fmt: skip
    for _ in range(2):
        answer = await api.ask("operator", "POST", "/api/jobs", body)
        assert answer.json()["job_id"] == "others:once", answer.text
    job = (await api.ask("viewer", "GET", "/api/jobs/others:once")).json()
    assert (job["status"], job["priority"], job["queue"]) == ("scheduled", "high", "others")
    assert job["due_at"] == "2089-12-31T23:00:00+00:00"


async def test_a_failed_job_gets_another_life_and_one_that_waits_is_cancelled(
    working: Api,
) -> None:
    dead = await working.buried()
    answer = await working.ask("operator", "POST", f"/api/jobs/{dead}/retry")
    assert answer.json() == {"success": True, "job_id": dead, "outcome": "queued"}
    waiting = await working.container.job_service().submit(Greet(), delay="1h")
    answer = await working.ask("operator", "DELETE", f"/api/jobs/{waiting}")
    assert answer.json() == {"success": True, "job_id": waiting, "outcome": "cancelled"}
    done = await working.container.job_service().submit(Greet())
    await working.container.job_service().wait(done, timeout="10s")
    answer = await working.ask("operator", "DELETE", f"/api/jobs/{done}")
    assert (answer.status_code, answer.json()["code"]) == (409, "ILLEGAL_TRANSITION")


async def test_a_job_that_waits_gets_another_priority_and_another_time(api: Api) -> None:
    job_id = await api.container.job_service().submit(Greet())
    body = {"priority": "low", "delay": "2h"}
    answer = await api.ask("operator", "PATCH", f"/api/jobs/{job_id}", body)
    assert answer.json()["outcome"] == "changed"
    record = await api.container.job_service().get(job_id)
    assert (record.priority.label, record.status.value) == ("low", "scheduled")
    answer = await api.ask("operator", "PATCH", f"/api/jobs/{job_id}", {})
    assert answer.status_code == 422


async def test_many_jobs_are_retried_and_cancelled_with_an_outcome_for_each(working: Api) -> None:
    jobs = working.container.job_service()
    dead, waiting = await working.buried(), await jobs.submit(Greet(), delay="1h")
    ids = [dead, waiting, "default:none", "no id", dead]
    answer = await working.ask("operator", "POST", "/api/jobs/retry", {"job_ids": ids})
    assert answer.json()["outcomes"] == {
        dead: "replayed", waiting: "too_late", "default:none": "JOB_NOT_FOUND", "no id": "INVALID_NAME",
    }  # fmt: skip
    await jobs.wait(dead, timeout="10s")
    answer = await working.ask("operator", "POST", "/api/jobs/cancel", {"job_ids": ids})
    assert answer.json()["outcomes"] == {
        dead: "too_late", waiting: "cancelled", "default:none": "JOB_NOT_FOUND", "no id": "INVALID_NAME",
    }  # fmt: skip
    for number in (0, 101):
        body = {"job_ids": [waiting] * number}
        answer = await working.ask("operator", "POST", "/api/jobs/cancel", body)
        assert answer.status_code == 422


async def test_jobs_are_found_by_each_of_their_marks(working: Api) -> None:
    jobs = working.container.job_service()
    dead = await working.buried("disk is full")
    mail = await jobs.submit(Mail(to="bob@example.com"), delay="1h")
    greet = await jobs.submit(Greet(), key="order-17", delay="1h")
    now = datetime.now(UTC)
    for asked, expected in [
        ({}, {dead, mail, greet}),
        ({"status": "failed"}, {dead}),
        ({"queue": "mails"}, {mail}),
        ({"type": "GREET"}, {greet}),
        ({"text": "order-1"}, {greet}),
        ({"text": "disk is"}, {dead}),
        ({"text": "bob@"}, {mail}),
        ({"created_from": (now + timedelta(hours=1)).isoformat()}, set()),
        ({"created_until": (now - timedelta(hours=1)).isoformat()}, set()),
        ({"created_from": (now - timedelta(hours=1)).isoformat(), "type": "mail"}, {mail}),
    ]:
        answer = await working.client.get(
            "/api/jobs", params=asked, headers={"Authorization": f"Bearer {TOKENS['operator']}"}
        )
        assert {job["job_id"] for job in answer.json()["jobs"]} == expected, asked


async def test_pages_follow_one_another_and_each_looks_at_so_many_jobs(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_search, "MOST_LOOKED_AT", 100)
    monkeypatch.setattr(job_search, "PATIENCE", 60.0)
    ids = await api.container.job_service().submit_many([Greet(name=f"n{n}") for n in range(250)])
    found, after, pages = list[str](), "", 0
    while True:
        path = f"/api/jobs?limit=40&text=n24{after and '&after='}{after}"
        page = (await api.ask("operator", "GET", path)).json()
        found += [job["job_id"] for job in page["jobs"]]
        pages, after = pages + 1, page["next"]
        if not after:
            break
    assert sorted(found) == sorted([ids[24], *ids[240:250]])
    assert pages == 3


async def test_a_job_is_found_by_its_id_or_its_key_as_far_as_it_is_meant_and_reached(
    api: Api,
) -> None:
    jobs = api.container.job_service()
    greet = await jobs.submit(Greet(), key="order-17")
    mail = await jobs.submit(Mail(), key="order-17")
    for who, asked, expected in [
        ("viewer", "id=order-17", {greet, mail}),
        ("viewer", f"id={mail}", {mail}),
        ("viewer", "id=order-17&type=greet", {greet}),
        ("viewer", "id=order-17&type=mail&limit=1", {mail}),
        ("viewer", "id=order", set()),
        ("bounded", "id=order-17", {mail}),
        ("bounded", f"id={greet}", set()),
    ]:
        answer = (await api.ask(who, "GET", f"/api/jobs?{asked}")).json()
        found = {job["job_id"] for job in answer["jobs"]}
        assert found == expected, asked
        assert answer["next"] is None


async def test_the_log_of_a_job_is_read_in_pages(working: Api) -> None:
    job_id = await working.container.job_service().submit(Greet(name="token=c2VjcmV0"))
    async for _ in working.container.job_service().follow_log(job_id):
        pass
    page = (await working.ask("viewer", "GET", f"/api/jobs/{job_id}/log")).json()
    assert [line["text"] for line in page["lines"]] == ["greeting token=***"]
    again = await working.ask("viewer", "GET", f"/api/jobs/{job_id}/log?after={page['next']}")
    assert again.json()["lines"] == []


async def test_the_types_are_listed_with_the_schemas_of_their_payloads(api: Api) -> None:
    listed = (await api.ask("viewer", "GET", "/api/job-types")).json()["job_types"]
    types = {one["job_type"]: one for one in listed}
    assert {"greet", "fail", "mail", "email"} <= set(types)
    assert types["greet"]["schema"]["properties"]["name"]["type"] == "string"
    assert (types["mail"]["queue"], types["mail"]["priority"]) == ("mails", "normal")


@pytest.mark.parametrize("payload", [given for given, _ in SPELLINGS])
async def test_a_mail_is_submitted_in_each_of_its_spellings(
    api: Api, payload: dict[str, object]
) -> None:
    answer = await api.ask("operator", "POST", "/api/jobs", {"type": "email", "data": payload})
    assert answer.status_code == 202, answer.text


async def test_numbers_that_json_has_not_do_not_break_an_answer(api: Api) -> None:
    raw = b'{"type": "measure", "data": {"value": NaN}, "key": "odd"}'
    headers = {**bearer("admin"), "Content-Type": "application/json"}
    answer = await api.client.post("/api/jobs", content=raw, headers=headers)
    assert answer.status_code == 202, answer.text
    for path in ("/api/jobs/default:odd", "/api/jobs"):
        answer = await api.ask("admin", "GET", path)
        assert answer.status_code == 200
        assert "NaN" not in answer.text


async def test_a_token_submits_so_many_jobs_a_minute_and_no_more() -> None:
    async with api_over(container_for({**dashboard(), "submits_per_minute": 3})) as api:
        for _ in range(3):
            answer = await api.ask("operator", "POST", "/api/jobs", {"type": "greet"})
            assert answer.status_code == 202
        answer = await api.ask("operator", "POST", "/api/jobs", {"type": "greet"})
        assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_REQUESTS")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        answer = await api.ask("admin", "POST", "/api/jobs", {"type": "greet"})
        assert answer.status_code == 202


async def test_who_reaches_only_some_jobs_sees_changes_and_submits_no_others(api: Api) -> None:
    jobs = api.container.job_service()
    theirs, other = await jobs.submit(Mail()), await jobs.submit(Greet(), queue="mails")
    await jobs.submit(Fail())
    listed = (await api.ask("bounded", "GET", "/api/jobs")).json()["jobs"]
    assert [job["job_id"] for job in listed] == [theirs]
    assert (await api.ask("bounded", "GET", f"/api/jobs/{theirs}")).status_code == 200
    for method, path in [
        ("GET", ""), ("DELETE", ""), ("POST", "/retry"), ("GET", "/log"),
    ]:  # fmt: skip
        answer = await api.ask("bounded", method, f"/api/jobs/{other}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "JOB_NOT_FOUND"), path
    outcomes = await api.ask(
        "bounded", "POST", "/api/jobs/cancel", {"job_ids": [other, "default:x"]}
    )
    assert outcomes.json()["outcomes"] == {other: "JOB_NOT_FOUND", "default:x": "FORBIDDEN"}
    for body in ({"type": "greet"}, {"type": "mail", "queue": "default"}):
        answer = await api.ask("bounded", "POST", "/api/jobs", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert (await api.ask("bounded", "POST", "/api/jobs", {"type": "mail"})).status_code == 202
    assert (await api.ask("bounded", "GET", "/api/jobs/stats")).json()["waiting"] == 3
    types = (await api.ask("bounded", "GET", "/api/job-types")).json()["job_types"]
    assert [one["job_type"] for one in types] == ["mail"]
    assert list((await api.ask("bounded", "GET", "/api/queues")).json()["queues"]) == ["mails"]
    assert (await api.ask("bounded", "GET", "/api/jobs?queue=default")).status_code == 403
    assert (await api.ask("bounded", "GET", "/api/jobs?type=greet")).status_code == 403
