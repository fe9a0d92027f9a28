"""Queues, schedules, dead letters and circuits over HTTP."""

import asyncio

from tests.integration.http.conftest import Api, Fail, Greet, Mail

QUEUE = "/api/queues/mails"


async def test_a_queue_is_listed_with_its_counts_and_its_policy(api: Api) -> None:
    await api.container.job_service().submit(Mail())
    await api.ask("admin", "PATCH", f"{QUEUE}/policy", {"max_jobs": 5, "age_after": "30s"})
    [(name, queue)] = (await api.ask("viewer", "GET", "/api/queues")).json()["queues"].items()
    assert (name, queue["now"]["queued"], queue["policy"]["max_jobs"]) == ("mails", 1, 5)
    answer = await api.ask("admin", "PATCH", f"{QUEUE}/policy", {"age_after": None})
    assert answer.json()["policy"]["age_after"] is None
    assert answer.json()["policy"]["max_jobs"] == 5
    answer = await api.ask("admin", "PATCH", f"{QUEUE}/policy", {"wait_for_room": "soon"})
    assert (answer.status_code, answer.json()["code"]) == (422, "VAL_2001")


async def test_a_queue_tells_its_rates_while_somebody_looks_on(api: Api) -> None:
    await api.container.job_service().submit(Mail())
    [unseen] = (await api.ask("viewer", "GET", "/api/queues")).json()["queues"].values()
    assert unseen["rates"] is None
    await api.ask("viewer", "GET", "/api/overview")
    await api.container.job_service().submit_many([Mail()] * 50)
    async with asyncio.timeout(10):
        while True:
            [queue] = (await api.ask("viewer", "GET", "/api/queues")).json()["queues"].values()
            if queue["rates"] and queue["rates"]["arrivals"]:
                break
            await asyncio.sleep(0.05)
    assert queue["rates"]["completed"] == 0


async def test_a_queue_and_a_type_in_it_are_paused_and_resumed(api: Api) -> None:
    policy = api.container.job_service().queues.policy
    await api.ask("operator", "POST", f"{QUEUE}/pause")
    assert (await policy("mails")).paused
    await api.ask("operator", "POST", f"{QUEUE}/resume", {})
    assert not (await policy("mails")).paused
    await api.ask("operator", "POST", f"{QUEUE}/pause", {"job_type": "MAIL"})
    assert (await policy("mails")).paused_types == {"mail"}
    await api.ask("bounded", "POST", f"{QUEUE}/resume", {"job_type": "mail"})
    assert (await policy("mails")).paused_types == frozenset()
    for body in ({}, {"job_type": "greet"}):
        answer = await api.ask("bounded", "POST", f"{QUEUE}/pause", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


async def test_a_queue_that_is_drained_takes_nothing_and_says_what_has_not_ended(api: Api) -> None:
    await api.container.job_service().submit(Mail())
    answer = await api.ask("admin", "POST", f"{QUEUE}/drain")
    assert answer.json() == {"queue": "mails", "outcome": "closed", "open_jobs": 1}
    assert (await api.container.job_service().queues.policy("mails")).closed


async def test_a_queue_is_emptied_only_for_who_writes_its_name(api: Api) -> None:
    jobs = api.container.job_service()
    await jobs.submit_many([Mail(), Mail()])
    await jobs.submit(Greet(), queue="mails")
    for confirm in ("", "mail", "MAILS"):
        answer = await api.ask("admin", "POST", f"{QUEUE}/purge", {"confirm": confirm})
        assert (answer.status_code, answer.json()["code"]) == (422, "NOT_CONFIRMED")
    answer = await api.ask("admin", "POST", f"{QUEUE}/purge", {"dry_run": True})
    assert answer.json() == {"queue": "mails", "matched": 3, "removed": 0, "more": False}
    body = {"confirm": "mails", "job_type": "mail"}
    answer = await api.ask("bounded", "POST", f"{QUEUE}/purge", body)
    assert answer.json() == {"queue": "mails", "matched": 2, "removed": 2, "more": False}
    running = {"confirm": "mails", "statuses": ["processing"]}
    answer = await api.ask("admin", "POST", f"{QUEUE}/purge", running)
    assert (answer.status_code, answer.json()["code"]) == (422, "VAL_2001")
    [left] = (await api.ask("admin", "GET", "/api/jobs")).json()["jobs"]
    assert left["job_type"] == "greet"


SCHEDULE = "/api/schedules/mails:nightly"
NIGHTLY = {
    "job_type": "mail",
    "payload": {"to": "bob@example.com"},
    "rule": {"cron": "0 2 * * *", "timezone": "Europe/Berlin"},
    "overlap": "skip",
}


async def test_a_schedule_is_stored_shown_held_run_and_removed(api: Api) -> None:
    stored = (await api.ask("admin", "PUT", SCHEDULE, NIGHTLY)).json()
    assert stored["schedule_id"] == "mails:nightly"
    assert stored["rule"]["cron"] == "0 2 * * *"
    assert stored["policy"]["overlap"] == "skip"
    assert (await api.ask("operator", "GET", SCHEDULE)).json() == stored
    assert (await api.ask("operator", "GET", "/api/schedules?queue=mails")).json() == {
        "schedules": [stored]
    }
    assert (await api.ask("operator", "POST", f"{SCHEDULE}/pause")).status_code == 200
    assert (await api.ask("viewer", "GET", SCHEDULE)).json()["paused"]
    assert (await api.ask("operator", "POST", f"{SCHEDULE}/resume")).status_code == 200
    made = (await api.ask("operator", "POST", f"{SCHEDULE}/run")).json()["job_id"]
    job = (await api.ask("operator", "GET", f"/api/jobs/{made}")).json()
    assert job["payload"] == {"to": "bob@example.com"}
    assert (await api.ask("admin", "DELETE", SCHEDULE)).json()["outcome"] == "removed"
    assert (await api.ask("admin", "GET", SCHEDULE)).status_code == 404


async def test_a_rule_that_cannot_be_is_refused_with_what_mends_it(api: Api) -> None:
    for rule in ({}, {"cron": "nonsense"}, {"every": "1s", "cron": "* * * * *"}, {"every": "0s"},
                 {"cron": "0 0 31 2 *"}, {"every": "1h", "timezone": "Nowhere/Land"}):  # fmt: skip
        if rule.get("timezone") is None:
            answer = await api.ask("admin", "PUT", SCHEDULE, {**NIGHTLY, "rule": rule})
            assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_SCHEDULE"), rule


async def test_the_next_fire_times_of_a_rule_are_shown_and_nothing_is_stored(api: Api) -> None:
    rule = {"cron": "0 2 * * *", "timezone": "Europe/Berlin"}
    body = {"rule": rule, "count": 2, "start": "2030-03-29T12:00:00+00:00"}
    times = (await api.ask("viewer", "POST", "/api/schedules/preview", body)).json()["times"]
    assert [time["at"] for time in times] == [
        "2030-03-30T01:00:00+00:00", "2030-03-31T01:00:00+00:00",
    ]  # fmt: skip
    assert (await api.ask("viewer", "GET", "/api/schedules")).json() == {"schedules": []}


async def test_schedules_of_other_types_and_queues_are_out_of_reach(api: Api) -> None:
    await api.ask("admin", "PUT", "/api/schedules/mails:greeting", {**NIGHTLY, "job_type": "greet", "payload": {}})  # fmt: skip
    await api.ask("admin", "PUT", SCHEDULE, NIGHTLY)
    [seen] = (await api.ask("bounded", "GET", "/api/schedules")).json()["schedules"]
    assert seen["schedule_id"] == "mails:nightly"
    for method, path in [("GET", ""), ("DELETE", ""), ("POST", "/pause"), ("POST", "/run")]:
        answer = await api.ask("bounded", method, f"/api/schedules/mails:greeting{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "SCHEDULE_NOT_FOUND")
    answer = await api.ask("bounded", "PUT", "/api/schedules/mails:greeting", NIGHTLY)
    assert (answer.status_code, answer.json()["code"]) == (404, "SCHEDULE_NOT_FOUND")


LETTERS = "/api/dead-letters"


async def test_dead_letters_are_listed_and_counted_by_their_causes(working: Api) -> None:
    for text in ("no luck", "no luck", "no money"):
        await working.buried(text)
    listed = (await working.ask("viewer", "GET", f"{LETTERS}?error=ValueError&limit=2")).json()
    assert len(listed["dead_letters"]) == 2
    rest = await working.ask("viewer", "GET", f"{LETTERS}?error=ValueError&after={listed['next']}")
    assert len(rest.json()["dead_letters"]) == 1
    found = await working.ask("operator", "GET", f"{LETTERS}?text=money")
    assert len(found.json()["dead_letters"]) == 1
    summary = (await working.ask("viewer", "GET", f"{LETTERS}/summary")).json()
    assert [(one["job_type"], one["count"]) for one in summary["groups"]] == [("fail", 3)]


async def test_a_dead_letter_is_edited_by_who_has_seen_it_and_replayed(working: Api) -> None:
    dead = await working.buried()
    seen = (await working.ask("operator", "GET", f"{LETTERS}/{dead}")).json()
    body = {"payload": {"text": "better"}, "revision": seen["revision"]}
    edited = await working.ask("operator", "PUT", f"{LETTERS}/{dead}", body)
    assert edited.json()["payload"] == {"text": "better"}
    again = await working.ask("operator", "PUT", f"{LETTERS}/{dead}", body)
    assert (again.status_code, again.json()["code"]) == (409, "PAYLOAD_CHANGED")
    wrong = {"payload": {"colour": "red"}, "revision": edited.json()["revision"]}
    refused = await working.ask("operator", "PUT", f"{LETTERS}/{dead}", wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "VAL_2001")
    assert "colour" in refused.json()["error"]
    answer = await working.ask("operator", "POST", f"{LETTERS}/{dead}/replay")
    assert answer.json()["outcome"] == "replayed"


async def test_an_edit_leaves_a_secret_alone_that_it_was_shown_masked(working: Api) -> None:
    jobs = working.container.job_service()
    await jobs.queues.pause("default")
    dead = await jobs.submit(Greet(name="Bob", api_key="k-1234"))
    await jobs.cancel(dead)
    seen = (await working.ask("operator", "GET", f"{LETTERS}/{dead}")).json()
    assert seen["payload"] == {"name": "Bob", "api_key": "***"}
    body = {"payload": {**seen["payload"], "name": "Eve"}, "revision": seen["revision"]}
    await working.ask("operator", "PUT", f"{LETTERS}/{dead}", body)
    assert (await jobs.get(dead)).payload.as_dict() == {"name": "Eve", "api_key": "k-1234"}


async def test_dead_letters_are_replayed_by_a_filter_after_a_look_at_how_many(
    working: Api,
) -> None:
    ids = [await working.buried(text) for text in ("no luck", "no money")]
    await working.ask("operator", "POST", "/api/queues/default/pause")
    answer = await working.ask("operator", "POST", f"{LETTERS}/replay", {"dry_run": True})
    assert answer.json() == {"matched": 2, "replayed": 0, "more": False, "outcomes": {}}
    body = {"text": "money", "queue": "default"}
    answer = await working.ask("operator", "POST", f"{LETTERS}/replay", body)
    assert answer.json()["outcomes"] == {ids[1]: "replayed"}


async def test_dead_letters_are_removed_only_for_who_writes_what_is_meant(working: Api) -> None:
    dead = await working.buried()
    for body in ({}, {"confirm": "default"}, {"queue": "default", "confirm": "all"}):
        answer = await working.ask("admin", "POST", f"{LETTERS}/purge", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "NOT_CONFIRMED")
    answer = await working.ask("admin", "POST", f"{LETTERS}/purge", {"dry_run": True})
    assert answer.json()["matched"] == 1
    answer = await working.ask("admin", "POST", f"{LETTERS}/purge", {"confirm": "all"})
    assert answer.json()["outcomes"] == {dead: "removed"}


async def test_dead_letters_of_other_queues_are_out_of_reach(working: Api) -> None:
    dead = await working.buried()
    assert (await working.ask("bounded", "GET", LETTERS)).json()["dead_letters"] == []
    assert (await working.ask("bounded", "GET", f"{LETTERS}?queue=default")).status_code == 403
    body = {"confirm": "mails"}
    answer = await working.ask("bounded", "POST", f"{LETTERS}/purge", body)
    assert answer.json()["matched"] == 0
    assert (await working.ask("admin", "GET", f"{LETTERS}/{dead}")).status_code == 200


async def test_workers_are_listed_and_a_job_that_waits_is_explained(api: Api) -> None:
    assert (await api.ask("viewer", "GET", "/api/workers")).json() == {"workers": []}
    job_id = (await api.ask("operator", "POST", "/api/jobs", {"type": Fail.job_type})).json()[
        "job_id"
    ]
    told = (await api.ask("viewer", "GET", f"/api/jobs/{job_id}/explain")).json()
    assert (told["code"], told["starts_at"]) == ("no_worker", None)
    assert (await api.ask("viewer", "GET", "/api/jobs/default:nobody/explain")).status_code == 404
    assert (await api.ask("bounded", "GET", f"/api/jobs/{job_id}/explain")).status_code in {
        403,
        404,
    }


async def test_a_circuit_is_opened_and_closed_by_hand(api: Api) -> None:
    [circuit] = (await api.ask("viewer", "GET", "/api/circuits")).json()["circuits"]
    assert (circuit["circuit"], circuit["state"]) == (Fail.job_type, "closed")
    answer = await api.ask("operator", "POST", "/api/circuits/fail/open")
    assert (answer.json()["state"], answer.json()["by_hand"]) == ("open", True)
    answer = await api.ask("operator", "POST", "/api/circuits/fail/close")
    assert (answer.json()["state"], answer.json()["back_within_seconds"]) == ("closed", 120)
    assert answer.json()["job_types"] == [{"job_type": "fail", "queue": "default"}]
