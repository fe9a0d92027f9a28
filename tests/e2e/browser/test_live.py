"""What changes is seen without a look of one's own, and what is lost heals by itself."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from jobsys import JobStatus
from jobsys.application.overview import Overview, Survey
from jobsys.ports.errors import QueueUnavailable
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.deployment import Deployment, container_for, free_port, served
from tests.e2e.browser.shown_jobs import Mail, Report, Sync

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WATCH = """([selector, text]) => {
  const holds = () => document.querySelector(selector)?.textContent.includes(text);
  window.seen = new Promise((resolve) => {
    const look = () => (holds() ? resolve(Date.now()) : requestAnimationFrame(look));
    look();
  });
}"""


async def test_a_change_is_seen_as_it_happens(deployment: Deployment, open_page: Open) -> None:
    page = await open_page(deployment.url, "#/jobs")
    await expect(page.locator(".live")).to_have_text("live")
    delays = list[float]()
    for number in range(5):
        await page.evaluate(WATCH, ["tbody", f"mails:m{number}"])
        before = await page.evaluate("Date.now()")
        await deployment.jobs.submit(Mail(), key=f"m{number}")
        async with asyncio.timeout(10):
            delays.append(await page.evaluate("window.seen") - before)
    print("seen after", ", ".join(f"{delay:.0f} ms" for delay in delays))


async def test_the_numbers_and_lines_of_all_that_is_open_go_on(
    deployment: Deployment, open_page: Open
) -> None:
    overview = await open_page(deployment.url, who="viewer")
    job = await open_page(deployment.url, "#/jobs/payments:dead", who="operator")
    await expect(job.locator("main")).to_contain_text("there is no job payments:dead")
    await deployment.buried(key="dead")
    await expect(job.locator(".log")).to_contain_text("charging: nothing to charge")
    await expect(overview.get_by_role("link", name="Failed")).to_contain_text("1 dead letters")
    await expect(overview.locator("tbody").last).to_contain_text("payments:dead")
    await deployment.jobs.submit(Report())
    active = overview.get_by_role("link", name="Active")
    await expect(active.locator("strong")).to_have_text("1")


async def test_a_page_says_that_the_server_is_gone_and_goes_on_once_it_is_back(
    tmp_path: Path, open_page: Open
) -> None:
    container = container_for(f"sqlite:///{tmp_path}/jobs.db")
    port = free_port()
    async with container.lifecycle():
        async with served(container, port) as url:
            page = await open_page(url)
            await expect(page.locator(".live")).to_have_text("live")
        await expect(page.locator(".banner")).to_contain_text("The server does not answer")
        await container.job_service().submit(Report())
        async with served(container, port):
            # Sessions are the process's: a new one asks who one is.
            await page.get_by_label("Token").fill("admin-token-0123456789")
            await page.keyboard.press("Enter")
            await expect(page.locator(".live")).to_have_text("live")
            await expect(page.locator(".banner")).to_have_count(0)
            tile = page.get_by_role("link", name="Active").locator("strong")
            await expect(tile).to_have_text("1")


async def test_what_a_page_asks_for_in_vain_is_said_and_asked_again(
    deployment: Deployment, open_page: Open
) -> None:
    page = await open_page(deployment.url)
    await page.route("**/api/queues", lambda route: route.abort())
    await page.goto(f"{deployment.url}/#/queues")
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("The server does not answer.")
    await page.unroute("**/api/queues")
    await expect(alert).to_have_count(0)


async def test_each_trouble_leads_to_where_it_is_mended(
    deployment: Deployment, open_page: Open
) -> None:
    """Found and mended in four clicks at most, from the first page."""
    page = await open_page(deployment.url)
    await expect(page.locator(".fine")).to_be_visible()
    jobs = deployment.jobs
    for _ in range(3):
        await deployment.buried()
    await jobs.wait(await jobs.submit(Sync()), timeout="10s")
    await jobs.queues.pause("mails")
    await jobs.submit(Mail(), key="held")
    for link, buttons in {
        "See to the circuit": ["Close crm", "Close the circuit"],
        "See to the queue": ["Resume mails"],
        "See the causes": ["Replay all 3 of ValueError", "Replay all"],
    }.items():
        await page.get_by_role("link", name=link).click()
        for name in buttons:
            await page.get_by_role("button", name=name, exact=True).click()
        await expect(page.locator(".notice:not(.bad)")).not_to_have_count(0)
        await page.goto(deployment.url)
        await expect(page.get_by_role("heading", name="Rates")).to_be_visible()
    record = await jobs.wait("mails:held", timeout="10s")
    assert record.status is JobStatus.COMPLETED
    [circuit] = await jobs.circuits.states()
    assert circuit.phase.value == "closed"


async def test_a_backend_that_is_away_is_told_above_what_was_seen_last(
    deployment: Deployment, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(_: Survey) -> Overview:
        raise QueueUnavailable("redis://:***@127.0.0.1 is gone")

    page = await open_page(deployment.url)
    await expect(page.locator(".live")).to_have_text("live")
    await deployment.buried()
    tile = page.get_by_role("link", name="Failed")
    await expect(tile).to_contain_text("1 dead letters")
    with monkeypatch.context() as patch:
        patch.setattr(Survey, "read", lost)
        await expect(page.locator(".banner")).to_contain_text("127.0.0.1 is gone")
        await expect(tile).to_contain_text("1 dead letters")
    await expect(page.locator(".banner")).to_have_count(0)
