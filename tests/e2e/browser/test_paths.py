"""From the overview to where a trouble is mended: its cause is seen, and four clicks are enough."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from jobsys.application import floods
from jobsys.application.doctor import slow_rules
from jobsys.domain.circuit_state import CircuitPhase
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.deployment import Deployment
from tests.e2e.browser.hands import told
from tests.e2e.browser.shown_jobs import Report, Sync

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@dataclass
class Stranger:
    """One who knows nothing of the deployment, and whose clicks are counted."""

    page: Page
    clicks: int = 0

    async def follow(self, link: str) -> None:
        await self._click(self.page.get_by_role("main").get_by_role("link", name=link, exact=True))

    async def press(self, button: str) -> None:
        await self._click(self.page.get_by_role("button", name=button, exact=True))

    async def _click(self, what: Locator) -> None:
        await what.click()
        self.clicks += 1


async def test_why_a_circuit_opened_is_seen_and_it_is_closed(
    deployment: Deployment, open_page: Open
) -> None:
    await deployment.jobs.wait(await deployment.jobs.submit(Sync()), timeout="10s")
    page = await open_page(deployment.url)
    stranger = Stranger(page)
    why = "ConnectionError: crm.example.com does not answer"
    troubles = page.get_by_role("region", name="Where the trouble is")
    await expect(troubles).to_contain_text("circuit crm is open and holds jobs of sync after 1")
    await expect(troubles).to_contain_text(why)
    await stranger.follow("See to the circuit")
    row = page.get_by_role("row", name="crm")
    await expect(row).to_contain_text(why)
    await expect(row.get_by_role("link", name="sync")).to_have_attribute(
        "href", "#/jobs?type=sync&status=scheduled"
    )
    await expect(row.get_by_role("link", name="crm")).to_have_attribute("href", "#/queues/crm")
    await stranger.press("Close crm")
    await stranger.press("Close the circuit")
    await told(
        page, "crm is closed. New jobs run at once, those that it held come back within 66 min"
    )
    [state] = await deployment.jobs.circuits.states()
    assert state.phase is CircuitPhase.CLOSED
    assert stranger.clicks <= 4


async def test_the_type_that_floods_a_late_queue_is_seen_and_held(
    deployment: Deployment, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (floods, slow_rules):
        monkeypatch.setattr(module, "LONG", timedelta(seconds=0.1))
    await deployment.jobs.submit_many([Report()] * 30)
    page = await open_page(deployment.url)
    stranger = Stranger(page)
    troubles = page.get_by_role("region", name="Where the trouble is")
    await expect(troubles).to_contain_text("20 of the first 20 are of type report")
    await stranger.press("Pause report in reports")
    await stranger.press("Pause")
    await told(page, "report in reports is paused. What waits of it stays until then")
    assert (await deployment.jobs.queues.policy("reports")).paused_types == {"report"}
    await expect(troubles).to_contain_text("queue reports holds jobs of type report back")
    await expect(troubles).not_to_contain_text("are of type report")
    await stranger.press("Resume report in reports")
    await told(page, "report in reports goes on")
    assert stranger.clicks <= 4
    await page.goto(f"{deployment.url}/#/queues/reports")
    await expect(page.get_by_role("main")).to_contain_text("/s come in, ")


async def test_a_job_that_its_circuit_holds_says_so_in_lists_and_first_on_its_page(
    deployment: Deployment, open_page: Open
) -> None:
    await deployment.jobs.wait(await deployment.jobs.submit(Sync()), timeout="10s")
    held = await deployment.jobs.submit(Sync())
    page = await open_page(deployment.url, "#/circuits")
    stranger = Stranger(page)
    await stranger.follow("sync")
    row = page.get_by_role("row", name=held)
    await expect(row).to_contain_text("held by its circuit")
    await stranger.follow(held)
    first = page.get_by_role("main").locator(".why")
    await expect(first).to_contain_text(
        "It is held by circuit crm, which is open after 1 failure, the last with"
        " ConnectionError: crm.example.com does not answer."
    )
    await stranger.follow("See to the circuit")
    await expect(page.get_by_role("heading", name="Circuits")).to_be_visible()
    assert stranger.clicks <= 4


async def test_a_queue_that_is_not_held_runs_and_a_purge_says_whose_name_is_to_be_written(
    deployment: Deployment, open_page: Open
) -> None:
    await deployment.jobs.queues.pause("mails", job_type="mail")
    await deployment.jobs.submit(Report(), queue="reports")
    page = await open_page(deployment.url, "#/queues")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="reports"))
    await expect(row).to_contain_text("running")
    await page.goto(f"{deployment.url}/#/queues/mails")
    await Stranger(page).press("Purge… mail")
    await expect(page.get_by_role("dialog")).to_contain_text(
        "Write the queue's name mails to confirm"
    )
