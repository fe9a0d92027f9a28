"""Who may not do a thing does not see it offered, and who may not see a thing does not see it."""

import re

import pytest
from playwright.async_api import expect

from jobsys.domain.principal import Role
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.deployment import TOKENS, Deployment, container_for, deployed
from tests.e2e.browser.hands import press
from tests.e2e.browser.shown_jobs import Mail

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CHANGES = re.compile(
    "Replay|Retry|Cancel|Change|Edit|Pause|Resume|Purge|Drain|Open|Close|Add|Run|Remove"
)
PAGES = ("", "#/queues", "#/queues/mails", "#/jobs", "#/jobs/payments:dead", "#/dead-letters",
         "#/schedules", "#/workers", "#/circuits")  # fmt: skip


async def test_a_viewer_sees_no_payload_and_no_button_that_changes_anything(
    deployment: Deployment, open_page: Open
) -> None:
    await deployment.buried("canary-4711", key="dead")
    await deployment.jobs.submit(Mail(to="canary@example.com"), delay="1h")
    page = await open_page(deployment.url, who="viewer")
    for where in PAGES:
        await page.goto(f"{deployment.url}/{where}")
        await expect(page.locator(".loading")).to_have_count(0)
        await expect(page.get_by_role("button", name=CHANGES)).to_have_count(0)
        await expect(page.get_by_role("checkbox")).to_have_count(0)
        assert "canary@" not in await page.content()
    await page.goto(f"{deployment.url}/#/jobs/payments:dead")
    await expect(page.get_by_label("Payload")).to_have_text("[hidden]")


async def test_an_operator_is_not_offered_what_an_admin_may(
    deployment: Deployment, open_page: Open
) -> None:
    await deployment.buried(key="dead")
    page = await open_page(deployment.url, who="operator")
    for where in PAGES:
        await page.goto(f"{deployment.url}/{where}")
        await expect(page.locator(".loading")).to_have_count(0)
        await expect(page.get_by_role("button", name=re.compile("Purge|Drain|Add"))).to_have_count(
            0
        )
    await page.goto(f"{deployment.url}/#/jobs/payments:dead")
    await expect(page.get_by_label("Payload")).to_contain_text("amount")
    await expect(page.get_by_role("button", name="Replay payments:dead")).to_be_visible()


async def test_secrets_are_stars_for_everybody_and_outlive_an_edit(
    deployment: Deployment, open_page: Open
) -> None:
    await deployment.jobs.submit(Mail(api_key="canary-4711"), key="secret", delay="1h")
    page = await open_page(deployment.url, "#/jobs/mails:secret")
    await expect(page.get_by_label("Payload")).to_contain_text('"api_key": "***"')
    assert "canary-4711" not in await page.content()


async def test_one_who_is_bounded_sees_his_queue_live_and_is_told_of_what_he_does_not_reach(
    deployment: Deployment, open_page: Open
) -> None:
    page = await open_page(deployment.url, who="bounded")
    await expect(page.locator("main")).to_contain_text("You are shown only some queues")
    await page.get_by_role("link", name="jobs").last.click()
    await deployment.buried(key="dead")
    await deployment.jobs.submit(Mail(), key="seen")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("tbody")).to_contain_text("mails:seen")
    await page.goto(f"{deployment.url}/#/workers")
    await expect(page.get_by_role("alert")).to_contain_text("reaches only some")


async def test_who_is_let_in_without_a_token_may_log_in_as_somebody_all_the_same(
    open_page: Open,
) -> None:
    async with deployed(container_for("memory://", anonymous=Role.VIEWER)) as deployment:
        page = await open_page(f"{deployment.url}", "#/schedules", who=None)
        await expect(page.locator("h1")).to_have_text("Schedules")
        await expect(page.get_by_role("button", name="Add a schedule")).to_have_count(0)
        await press(page, "Log in")
        await page.get_by_label("Token").fill(TOKENS["admin"])
        await press(page, "Log in")
        await expect(page.get_by_role("button", name="Add a schedule")).to_be_visible()
