"""Whatever the page offers to do is done, and is seen in the backend."""

import pytest
from playwright.async_api import Locator, Page, expect

from jobsys import JobId, JobPriority, JobStatus
from jobsys.application.schedule_arguments import schedule_rule
from jobsys.domain.errors import ScheduleNotFound
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.deployment import Deployment, Mail, Report

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def press(page: Page | Locator, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def confirm(page: Page, name: str, written: str | None = None) -> None:
    dialog = page.get_by_role("dialog")
    if written is not None:
        button = dialog.get_by_role("button", name=name, exact=True)
        await expect(button).to_be_disabled()
        await dialog.get_by_role("textbox").fill(written)
    await press(dialog, name)
    await expect(dialog).to_have_count(0)


async def told(page: Page, text: str) -> None:
    await expect(page.locator(".notices")).to_contain_text(text)


async def test_a_dead_letter_is_edited_and_replayed(
    deployment: Deployment, open_page: Open
) -> None:
    job_id = await deployment.buried(key="dead")
    page = await open_page(deployment.url, "#/jobs/payments:dead")
    await press(page, "Edit payload")
    payload = page.get_by_role("dialog").get_by_label("JSON")
    await payload.fill("[1]")
    await expect(page.get_by_role("button", name="Save and replay")).to_be_disabled()
    await payload.fill('{"amount": 7}')
    await press(page, "Save and replay")
    await told(page, "queued again")
    record = await deployment.jobs.wait(job_id, timeout="10s")
    assert (record.status, record.result) == (JobStatus.COMPLETED, 7)
    await expect(page.locator(".bar .badge").first).to_have_text("completed")
    await expect(page.get_by_text("Its payload was replaced")).to_be_visible()


async def test_an_edit_of_what_another_has_edited_meanwhile_is_refused(
    deployment: Deployment, open_page: Open
) -> None:
    job_id = await deployment.buried(key="dead")
    page = await open_page(deployment.url, "#/jobs/payments:dead")
    await press(page, "Edit payload")
    await expect(page.get_by_role("dialog").get_by_label("JSON")).not_to_have_value("")
    record = await deployment.jobs.get(job_id)
    await deployment.jobs.dead_letters.edit(job_id, {"amount": 3}, seen=record.payload)
    await press(page, "Save")
    await told(page, "has another revision by now")
    assert b"3" in (await deployment.jobs.get(job_id)).payload


async def test_all_dead_letters_of_a_cause_are_replayed(
    deployment: Deployment, open_page: Open
) -> None:
    for _ in range(3):
        await deployment.buried()
    await deployment.jobs.queues.pause("payments")
    page = await open_page(deployment.url, "#/dead-letters")
    await press(page, "Replay all 3 of ValueError")
    await expect(page.get_by_role("dialog")).to_contain_text("3 dead letters of charge")
    await confirm(page, "Replay all")
    await told(page, "3 jobs replayed")
    await expect(page.locator("main")).to_contain_text("There is no dead letter")
    assert (await deployment.jobs.counts())["payments"].now[JobStatus.QUEUED] == 3


async def test_dead_letters_are_replayed_alone_or_purged_by_a_name_that_is_written(
    deployment: Deployment, open_page: Open
) -> None:
    await deployment.buried(key="one")
    await deployment.buried(key="two")
    await deployment.jobs.queues.pause("payments")
    page = await open_page(deployment.url, "#/dead-letters")
    await press(page, "Replay payments:one")
    await told(page, "payments:one is queued again")
    await press(page, "Purge… of ValueError")
    await expect(page.get_by_role("dialog")).to_contain_text("1 dead letter of charge")
    await confirm(page, "Remove", "payments")
    await told(page, "1 dead letter removed")
    counts = (await deployment.jobs.counts())["payments"].now
    assert (counts[JobStatus.QUEUED], counts.get(JobStatus.FAILED, 0)) == (1, 0)


async def test_a_job_is_changed_and_cancelled(deployment: Deployment, open_page: Open) -> None:
    await deployment.jobs.submit(Mail(), key="later", delay="1h")
    page = await open_page(deployment.url, "#/jobs/mails:later")
    await press(page, "Change")
    await page.get_by_label("Priority").select_option("high")
    await page.get_by_label("Begins in").fill("2h")
    await press(page.get_by_role("dialog"), "Change")
    await told(page, "mails:later is changed")
    changed = await deployment.jobs.get("mails:later")
    assert changed.priority is JobPriority.HIGH
    await press(page, "Cancel")
    await confirm(page, "Cancel the job")
    await told(page, "mails:later: cancelled")
    assert (await deployment.jobs.get("mails:later")).status is JobStatus.CANCELLED
    await press(page, "Retry")
    await told(page, "queued again")
    record = await deployment.jobs.wait(JobId("mails:later"), timeout="10s")
    assert record.status is JobStatus.COMPLETED


async def test_a_running_job_is_asked_to_stop(deployment: Deployment, open_page: Open) -> None:
    job_id = await deployment.jobs.submit(Report(), key="long")
    page = await open_page(deployment.url, "#/jobs/reports:long")
    await expect(page.locator("main")).to_contain_text("40 % four of ten pages")
    await press(page, "Cancel")
    await confirm(page, "Cancel the job")
    await told(page, "asked to stop")
    await deployment.jobs.wait(job_id, timeout="10s")


async def test_jobs_are_found_ticked_cancelled_and_retried(
    deployment: Deployment, open_page: Open
) -> None:
    for number in range(3):
        to = f"user{number}@example.com"
        await deployment.jobs.submit(Mail(to=to), key=f"m{number}", delay="1h")
    page = await open_page(deployment.url, "#/jobs")
    await page.get_by_label("Text", exact=True).fill("user2@")
    await press(page, "Show")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.get_by_role("link", name="Clear").click()
    await expect(page.locator("tbody tr")).to_have_count(3)
    await page.get_by_label("Tick mails:m0").check()
    await page.get_by_label("Tick mails:m1").check()
    ticked = page.get_by_role("group", name="Ticked jobs")
    await press(ticked, "Cancel")
    await confirm(page, "Cancel them")
    await told(page, "2 cancelled")
    status = [(await deployment.jobs.get(f"mails:m{n}")).status for n in range(3)]
    assert status == [JobStatus.CANCELLED, JobStatus.CANCELLED, JobStatus.SCHEDULED]
    await page.get_by_label("Tick all of this page").check()
    await press(ticked, "Retry")
    await confirm(page, "Retry")
    await told(page, "2 replayed")
    record = await deployment.jobs.wait(JobId("mails:m0"), timeout="10s")
    assert record.status is JobStatus.COMPLETED


async def test_the_search_leads_to_a_job_by_its_id_and_to_jobs_by_a_text(
    deployment: Deployment, open_page: Open
) -> None:
    await deployment.jobs.submit(Mail(), key="seven", delay="1h")
    page = await open_page(deployment.url)
    await page.locator("#search").fill(" mails:seven ")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("mails:seven")
    await page.locator("#search").fill("ada@example")
    await page.keyboard.press("Enter")
    await expect(page.locator("tbody tr")).to_have_count(1)


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


async def test_a_schedule_is_added_edited_paused_run_and_removed(
    deployment: Deployment, open_page: Open
) -> None:
    book = deployment.jobs.schedules
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
    rule = schedule_rule(cron="0 2 * * *", timezone="Europe/Berlin")
    assert (await book.get("mails:digest")).rule == rule
    await page.get_by_role("link", name="mails:digest").click()
    await press(page, "Pause mails:digest")
    await told(page, "mails:digest is paused")
    assert (await book.get("mails:digest")).is_paused
    await press(page, "Resume mails:digest")
    await told(page, "mails:digest goes on")
    await press(page, "Edit")
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
