"""How many slots the queues take, as an autoscaler asks for it."""

from tests.integration.http.conftest import Api, Greet, Mail


async def test_it_tells_what_waits_and_what_that_takes_of_each_queue_and_of_all(api: Api) -> None:
    await api.container.job_service().submit_many([Greet(), Greet(), Mail()])
    told = (await api.ask("viewer", "GET", "/api/scaling")).json()
    ages = [told.pop("oldest_waiting_seconds")]
    ages += [one.pop("oldest_waiting_seconds") for one in told["queues"].values()]
    assert all(0 <= age < 60 for age in ages)
    one_each = {"active": 0, "slots": 0, "seconds_per_attempt": None, "wanted_slots": 1}
    assert told == {
        "waiting": 3,
        "active": 0,
        "wanted_slots": 2,
        "queues": {"default": {"waiting": 2, **one_each}, "mails": {"waiting": 1, **one_each}},
    }


async def test_it_tells_of_the_queues_that_are_named_together(api: Api) -> None:
    await api.container.job_service().submit_many([Greet(), Greet(), Mail()])
    path = "/api/scaling?within=1m&queue=mails&queue=none"
    told = (await api.ask("viewer", "GET", path)).json()
    assert (told["waiting"], told["wanted_slots"], list(told["queues"])) == (1, 1, ["mails"])


async def test_who_reaches_only_some_queues_is_told_of_these(api: Api) -> None:
    await api.container.job_service().submit_many([Greet(), Greet(), Mail()])
    told = (await api.ask("bounded", "GET", "/api/scaling")).json()
    assert (told["waiting"], list(told["queues"])) == (1, ["mails"])
    refused = await api.ask("bounded", "GET", "/api/scaling?queue=default")
    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")


async def test_a_time_that_is_none_is_refused(api: Api) -> None:
    for within in ("soon", "0s", "-1m"):
        refused = await api.ask("viewer", "GET", f"/api/scaling?within={within}")
        assert refused.status_code == 422, refused.text
        assert "within" in refused.json()["detail"]
