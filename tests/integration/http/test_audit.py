"""Every route that changes something leaves a line of the audit log; the table says which they are."""

import json
import logging

import pytest

from jobsys.adapters.http.route_table import ROUTES
from jobsys.application.commands import CancelOutcome
from jobsys.ports.errors import QueueUnavailable
from tests.integration.http.conftest import MARK, TOKENS, Api, Greet, Mail

READS_ONLY = {"/api/schedules/preview"}
SCHEDULE = {"job_type": "greet", "rule": {"every": "1h"}}


async def requests(api: Api) -> dict[str, tuple[str, object]]:
    """A request that succeeds for each route that changes something: its path, and its body."""
    jobs = api.container.job_service()
    dead = [await api.buried() for _ in range(5)]
    waiting = [await jobs.submit(Greet(), delay="1h") for _ in range(3)]
    await jobs.submit(Mail(), delay="1h")
    await jobs.schedule("hourly", Greet(), every="1h")
    await jobs.queues.pause("default")
    seen = (await jobs.get(dead[0])).payload.revision
    hourly, mails, job = "/api/schedules/default:hourly", "/api/queues/mails", "/api/jobs/"
    return {
        "POST /api/login": ("/api/login", {"token": TOKENS["admin"]}),
        "POST /api/logout": ("/api/logout", None),
        "POST /api/jobs": ("/api/jobs", {"type": "greet"}),
        "POST /api/jobs/retry": ("/api/jobs/retry", {"job_ids": [dead[1]]}),
        "POST /api/jobs/cancel": ("/api/jobs/cancel", {"job_ids": [waiting[0]]}),
        "PATCH /api/jobs/{job_id}": (f"{job}{waiting[1]}", {"priority": "low"}),
        "DELETE /api/jobs/{job_id}": (f"{job}{waiting[2]}", None),
        "POST /api/jobs/{job_id}/retry": (f"{job}{dead[2]}/retry", None),
        "PATCH /api/queues/{queue}/policy": (f"{mails}/policy", {"max_jobs": 7}),
        "POST /api/queues/{queue}/pause": (f"{mails}/pause", None),
        "POST /api/queues/{queue}/resume": (f"{mails}/resume", {}),
        "POST /api/queues/{queue}/drain": (f"{mails}/drain", None),
        "POST /api/queues/{queue}/purge": (f"{mails}/purge", {"confirm": "mails"}),
        "POST /api/schedules/{schedule_id}/pause": (f"{hourly}/pause", None),
        "POST /api/schedules/{schedule_id}/resume": (f"{hourly}/resume", None),
        "POST /api/schedules/{schedule_id}/run": (f"{hourly}/run", None),
        "PUT /api/schedules/{schedule_id}": (hourly, SCHEDULE),
        "DELETE /api/schedules/{schedule_id}": (hourly, None),
        "PUT /api/dead-letters/{job_id}": (
            f"/api/dead-letters/{dead[0]}",
            {"payload": {"text": "better"}, "revision": seen},
        ),
        "POST /api/dead-letters/{job_id}/replay": (f"/api/dead-letters/{dead[3]}/replay", None),
        "POST /api/dead-letters/replay": ("/api/dead-letters/replay", {"limit": 1}),
        "POST /api/dead-letters/purge": ("/api/dead-letters/purge", {"confirm": "all"}),
        "POST /api/circuits/{name}/open": ("/api/circuits/fail/open", None),
        "POST /api/circuits/{name}/close": ("/api/circuits/fail/close", None),
    }


async def test_each_change_of_the_table_leaves_one_line_that_names_who_made_it(
    working: Api, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await requests(working)
    changes = {f"{r.method} {r.path}" for r in ROUTES if r.method != "GET"} - {
        f"POST {path}" for path in READS_ONLY
    }
    assert asked.keys() == changes
    for name, (path, body) in asked.items():
        caplog.clear()
        with caplog.at_level(logging.WARNING, "jobsys.audit"):
            answer = await working.ask("admin", name.partition(" ")[0], path, body, headers=MARK)
        assert answer.status_code in {200, 202}, (name, answer.text)
        told = [one.getMessage() for one in caplog.records if one.name == "jobsys.audit"]
        assert len(told) == 1, name
        line = json.loads(told[0])
        assert line["who"] == ("127.0.0.1" if name == "POST /api/login" else "admin")
        assert line["object"]
        assert line["outcome"] in {"done", "replayed", "cancelled"}, name


async def test_what_was_cancelled_before_the_backend_was_lost_is_told(
    api: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = api.container.job_service()
    ids = [str(await jobs.submit(Greet(name="Ada"))) for _ in range(3)]
    cancel = jobs.cancel

    async def lost_at_the_second(job_id: str) -> CancelOutcome:
        if job_id == ids[1]:
            raise QueueUnavailable("away")
        return await cancel(job_id)

    monkeypatch.setattr(jobs, "cancel", lost_at_the_second)
    with caplog.at_level(logging.WARNING, "jobsys.audit"):
        answer = await api.ask("operator", "POST", "/api/jobs/cancel", {"job_ids": ids})
    assert answer.status_code == 503
    lines = [json.loads(one.getMessage()) for one in caplog.records if one.name == "jobsys.audit"]
    told = {line["object"]: line["outcome"] for line in lines}
    assert told == {ids[0]: "cancelled", ids[1]: "unknown", ids[2]: "unknown"}
