"""Whatever the page offers to do with jobs is done, and is seen in the backend."""

import json

import pytest
from playwright.async_api import expect

from jobsys import JobId, JobPriority, JobStatus
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.deployment import Deployment
from tests.e2e.browser.hands import confirm, press, told
from tests.e2e.browser.shown_jobs import Mail, Report

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


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
    assert json.loads((await deployment.jobs.get(job_id)).payload)["amount"] == 3


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
