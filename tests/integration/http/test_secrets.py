"""What is shown to whom, and what is written about who did what."""

import json
import logging
from collections.abc import Iterator

import pytest

from jobsys.adapters.http.audit import Change, tell
from jobsys.adapters.http.shown import HIDDEN, LEFT_OUT
from tests.integration.http.conftest import MARK, TOKENS, Api, Greet

CANARY = "canary-2718281828"
READS = ("/api/jobs", "/api/jobs?text=canary", "/api/dead-letters", "/api/dead-letters/summary",
         "/api/schedules", "/api/queues", "/api/job-types", "/api/circuits")  # fmt: skip


async def planted(api: Api) -> tuple[str, str]:
    """A dead letter and a done job, with the canary wherever a secret may be."""
    jobs = api.container.job_service()
    dead = await api.buried(f"refused token={CANARY}, redis://bob:{CANARY}@host/0")
    jobs_done = await jobs.submit(Greet(name=f"password: {CANARY}", api_key=CANARY))
    await jobs.wait(jobs_done, timeout="10s")
    await jobs.schedule("nightly", Greet(api_key=CANARY), every="1h")
    return dead, jobs_done


async def test_a_secret_is_shown_to_nobody(working: Api) -> None:
    dead, done = await planted(working)
    single = [f"/api/jobs/{dead}", f"/api/jobs/{done}", f"/api/dead-letters/{dead}",
              f"/api/jobs/{done}/log", "/api/schedules/default:nightly"]  # fmt: skip
    for who in ("viewer", "operator", "admin"):
        for path in [*READS, *single]:
            answer = await working.ask(who, "GET", path)
            assert answer.status_code == 200, (path, answer.text)
            assert CANARY not in answer.text, (who, path)


async def test_a_viewer_sees_neither_payloads_nor_results_nor_tracebacks(working: Api) -> None:
    dead, done = await planted(working)
    seen = (await working.ask("viewer", "GET", f"/api/jobs/{done}")).json()
    assert (seen["payload"], seen["result"]) == (HIDDEN, HIDDEN)
    [error] = (await working.ask("viewer", "GET", f"/api/jobs/{dead}")).json()["errors"]
    assert error["traceback"] == HIDDEN
    assert error["message"].startswith("refused token=***")
    letter = (await working.ask("viewer", "GET", f"/api/dead-letters/{dead}")).json()
    assert (letter["payload"], letter["revision"]) == (HIDDEN, HIDDEN)
    [schedule] = (await working.ask("viewer", "GET", "/api/schedules")).json()["schedules"]
    assert schedule["payload"] == HIDDEN
    [error] = (await working.ask("operator", "GET", f"/api/jobs/{dead}")).json()["errors"]
    assert "Traceback" in error["traceback"]


async def test_a_viewer_cannot_guess_at_payloads_by_looking_for_texts_in_them(
    working: Api,
) -> None:
    await working.container.job_service().submit(Greet(name="Grace"), delay="1h")
    for who, number in (("viewer", 0), ("operator", 1)):
        found = (await working.ask(who, "GET", "/api/jobs?text=Grace")).json()["jobs"]
        assert len(found) == number
    for path in ("/api/dead-letters?text=x", "/api/dead-letters/summary?text=x"):
        answer = await working.ask("viewer", "GET", path)
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


async def test_nobody_can_guess_at_a_secret_by_looking_for_its_beginning(working: Api) -> None:
    await planted(working)
    for text in (CANARY, CANARY[:8], 'api_key":"c'):
        for path in (f"/api/jobs?text={text}", f"/api/dead-letters?text={text}"):
            found = (await working.ask("admin", "GET", path)).json()
            assert found.get("jobs", found.get("dead_letters")) == [], path


async def test_a_payload_that_was_replaced_is_hidden_like_one(working: Api) -> None:
    dead = await working.buried()
    jobs = working.container.job_service()
    seen = (await jobs.get(dead)).payload
    await jobs.dead_letters.edit(dead, {"text": "other"}, seen=seen)
    path = f"/api/jobs/{dead}"
    told = (await working.ask("viewer", "GET", path)).json()["errors"][-1]
    assert told["message"] == HIDDEN
    told = (await working.ask("operator", "GET", path)).json()["errors"][-1]
    assert told["message"] == '{"text":"no luck"}'


@pytest.fixture
def audit(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.WARNING, "jobsys.audit"):
        yield caplog


def lines(audit: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    told = [record.getMessage() for record in audit.records if record.name == "jobsys.audit"]
    audit.clear()
    assert not [line for line in told if len(line.splitlines()) != 1 or "\x1b" in line]
    return [json.loads(line) for line in told]


async def test_each_change_leaves_one_line_that_says_who_what_and_how_it_stood(
    working: Api, audit: pytest.LogCaptureFixture
) -> None:
    dead = await working.buried()
    lines(audit)
    await working.ask("operator", "POST", f"/api/jobs/{dead}/retry")
    [line] = lines(audit)
    assert {name: line[name] for name in line if name != "at"} == {
        "who": "operator", "action": "retry", "object": dead,
        "before": "failed", "after": "queued", "outcome": "done",
    }  # fmt: skip
    await working.ask("admin", "PATCH", "/api/queues/default/policy", {"max_jobs": 5})
    [line] = lines(audit)
    assert [line["before"]["max_jobs"], line["after"]["max_jobs"]] == [0, 5]  # type: ignore[index]  # plain JSON
    await working.ask("admin", "DELETE", "/api/jobs/default:none")
    [line] = lines(audit)
    assert (line["who"], line["object"], line["outcome"]) == (
        "admin",
        "default:none",
        "JOB_NOT_FOUND",
    )
    await working.ask("viewer", "GET", "/api/jobs")
    assert lines(audit) == []


async def test_logins_are_audited_and_their_tokens_are_not(
    api: Api, audit: pytest.LogCaptureFixture
) -> None:
    await api.client.post("/api/login", json={"token": "wrong-" + CANARY}, headers=MARK)
    await api.client.post("/api/login", json={"token": TOKENS["admin"]}, headers=MARK)
    failed, done = lines(audit)
    assert (failed["action"], failed["outcome"]) == ("login", "UNAUTHENTICATED")
    assert (done["after"], done["outcome"]) == ("admin", "done")
    assert CANARY not in repr(failed)
    assert TOKENS["admin"] not in repr(done)


async def test_no_value_can_begin_a_new_line_of_the_audit_log(
    api: Api, audit: pytest.LogCaptureFixture
) -> None:
    evil = "x\r\nFAKE\n\u2028line\x1b[31m"
    await api.ask("admin", "POST", "/api/jobs", {"type": "fail", "data": {"text": evil}})
    await api.ask("admin", "POST", "/api/jobs/cancel", {"job_ids": [evil]})
    await api.ask("admin", "DELETE", "/api/jobs/default:x%0d%0aFAKE")
    assert [line["object"] for line in lines(audit)] == ["fail", evil]


async def test_secrets_in_what_is_audited_are_masked(
    working: Api, audit: pytest.LogCaptureFixture
) -> None:
    tell(Change("ada", "edit", f"token={CANARY}", {"api_key": CANARY}, [f"redis://a:{CANARY}@b"]))
    told = lines(audit)
    assert told[0]["before"] == {"api_key": "***"}
    assert CANARY not in repr(told)
    body = {"job_type": "greet", "payload": {"api_key": CANARY}, "rule": {"every": "1h"}}
    await working.ask("admin", "PUT", "/api/schedules/default:hourly", body)
    await working.ask("admin", "POST", "/api/jobs", {"type": "greet", "data": {"api_key": CANARY}})
    told = lines(audit)
    assert len(told) == 2
    assert CANARY not in repr(told)


async def test_a_list_says_of_what_is_large_only_where_to_look(working: Api) -> None:
    large = "x" * 5_000
    dead = await working.buried(large)
    [listed] = (await working.ask("operator", "GET", "/api/jobs")).json()["jobs"]
    [letter] = (await working.ask("operator", "GET", "/api/dead-letters")).json()["dead_letters"]
    single = (await working.ask("operator", "GET", f"/api/dead-letters/{dead}")).json()
    for one in (listed, letter):
        assert (one["payload"], one["errors"][0]["traceback"]) == (LEFT_OUT, LEFT_OUT)
    assert letter["revision"] == single["revision"]
    assert single["payload"] == {"text": large}
    assert "Traceback" in single["errors"][0]["traceback"]
