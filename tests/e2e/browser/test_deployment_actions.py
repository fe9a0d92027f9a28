"""Whatever the page offers to do with queues, circuits and schedules is done in the backend."""

import pytest
from playwright.async_api import expect

from jobsys import JobStatus
from jobsys.application.schedule_arguments import schedule_rule
from jobsys.domain.errors import ScheduleNotFound
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.deployment import Deployment
from tests.e2e.browser.hands import confirm, press, told
from tests.e2e.browser.shown_jobs import Mail

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_queue_is_paused_resumed_drained_set_and_purged(
    deployment: Deployment, open_page: Open
) -> None:
    queues = deployment.jobs.queues
    await queues.pause("mails")
    for _ in range(4):
        await deployment.jobs.submit(Mail())
    page = await open_page(deployment.url, "#/queues")
    await press(page, "Resume mails")
    await told(page, "mails goes on")
    assert not (await queues.policy("mails")).paused
    await page.get_by_role("link", name="mails").click()
    await press(page, "Pause mails")
    await confirm(page, "Pause")
    await told(page, "mails is paused")
    assert (await queues.policy("mails")).paused
    for _ in range(4):
        await deployment.jobs.submit(Mail())
    await press(page, "Drain")
    await confirm(page, "Drain")
    await told(page, "4 jobs in it have not ended")
    assert (await queues.policy("mails")).closed
    await press(page, "Change")
    await page.get_by_label("Takes new jobs").select_option("yes")
    await page.get_by_label("At most may wait").fill("50")
    await page.get_by_label("Low levels get a share after").fill("30s")
    await press(page, "Set")
    await told(page, "The policy of mails is set")
    policy = await queues.policy("mails")
    assert (policy.closed, policy.max_jobs, policy.fields["age_after"]) == (False, 50, "30000")
    await press(page, "Purge… mails")
    await expect(page.get_by_role("dialog")).to_contain_text("4 waiting jobs")
    await confirm(page, "Purge", "mails")
    await told(page, "4 jobs removed")
    assert (await deployment.jobs.counts())["mails"].now.get(JobStatus.QUEUED, 0) == 0


async def test_one_type_of_a_queue_is_paused_and_purged(
    deployment: Deployment, open_page: Open
) -> None:
    await deployment.jobs.queues.pause("mails")
    for _ in range(2):
        await deployment.jobs.submit(Mail())
    page = await open_page(deployment.url, "#/queues/mails")
    await press(page, "Pause mail in mails")
    await confirm(page, "Pause")
    await told(page, "mail in mails is paused")
    assert (await deployment.jobs.queues.policy("mails")).paused_types == {"mail"}
    await press(page, "Resume mail in mails")
    await told(page, "mail in mails goes on")
    assert not (await deployment.jobs.queues.policy("mails")).paused_types
    await press(page, "Purge… mail")
    await expect(page.get_by_role("dialog")).to_contain_text("2 waiting jobs")
    await confirm(page, "Purge", "mails")
    await told(page, "2 jobs removed")
    await expect(page.locator("main")).to_contain_text("No job waits")


async def test_a_circuit_is_opened_and_closed(deployment: Deployment, open_page: Open) -> None:
    page = await open_page(deployment.url, "#/circuits")
    await press(page, "Open crm")
    await confirm(page, "Open the circuit")
    await told(page, "crm is open")
    [state] = await deployment.jobs.circuits.states()
    assert state.by_hand
    await press(page, "Close crm")
    await confirm(page, "Close the circuit")
    await told(page, "crm is closed")
    [state] = await deployment.jobs.circuits.states()
    assert not state.by_hand


async def test_a_schedule_is_added_once_its_next_times_were_shown(
    deployment: Deployment, open_page: Open
) -> None:
    page = await open_page(deployment.url, "#/schedules")
    await press(page, "Add a schedule")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Id").fill("mails:digest")
    await dialog.get_by_label("Type").fill("mail")
    await dialog.get_by_label("When").fill("0 2 * * *")
    await dialog.get_by_label("Time zone").fill("Europe/Berlin")
    await dialog.get_by_label("Payload").fill('{"to": "all@example.com"}')
    await press(dialog, "Show next times")
    await expect(dialog.locator(".times li")).to_have_count(5)
    await press(dialog, "Store")
    await told(page, "mails:digest is stored")
    await expect(page.locator("tbody")).to_contain_text("mails:digest")
    rule = schedule_rule(cron="0 2 * * *", timezone="Europe/Berlin")
    assert (await deployment.jobs.schedules.get("mails:digest")).rule == rule


async def test_a_schedule_is_paused_resumed_edited_run_and_removed(
    deployment: Deployment, open_page: Open
) -> None:
    book = deployment.jobs.schedules
    rule = schedule_rule(cron="0 2 * * *", timezone="Europe/Berlin")
    await book.add_by_name("digest", "mail", {}, rule, queue="mails")
    page = await open_page(deployment.url, "#/schedules/mails:digest")
    await press(page, "Pause mails:digest")
    await told(page, "mails:digest is paused")
    assert (await book.get("mails:digest")).is_paused
    await press(page, "Resume mails:digest")
    await told(page, "mails:digest goes on")
    await press(page, "Edit")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Fires").select_option("every")
    await dialog.get_by_label("When").fill("5m")
    await press(dialog, "Store")
    await expect(page.locator("main")).to_contain_text("every 300s")
    assert (await book.get("mails:digest")).rule == schedule_rule(every="5m")
    await press(page, "Run now mails:digest")
    await told(page, "is made")
    assert (await deployment.jobs.counts())["mails"].ever
    await press(page, "Remove")
    await confirm(page, "Remove")
    await expect(page.locator("h1")).to_have_text("Schedules")
    with pytest.raises(ScheduleNotFound):
        await book.get("mails:digest")


async def test_a_wrong_token_is_refused_and_who_logs_out_is_asked_again(
    deployment: Deployment, open_page: Open
) -> None:
    page = await open_page(deployment.url, who=None)
    await page.get_by_label("Token").fill("a-token-of-nobody-at-all")
    await press(page, "Log in")
    await expect(page.get_by_role("alert")).to_contain_text("Nobody is known by what this says")
    page = await open_page(deployment.url)
    await press(page, "Log out")
    await expect(page.get_by_label("Token")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Token")).to_be_visible()
