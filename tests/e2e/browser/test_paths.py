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
