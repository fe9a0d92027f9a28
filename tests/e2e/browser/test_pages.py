"""Every page opens, in light and dark and on a phone, and shows what is there."""

import re
from itertools import product

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from jobsys.application.schedule_arguments import schedule_rule
from tests.e2e.browser.conftest import PHONE, Open
from tests.e2e.browser.deployment import Deployment, container_for, deployed
from tests.e2e.browser.shown_jobs import Mail, Report, Sync

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGES = {
    "": "Overview",
    "#/queues": "Queues",
    "#/queues/mails": "mails",
    "#/jobs": "Jobs",
    "#/jobs/payments:dead": "payments:dead",
    "#/dead-letters": "Dead letters",
    "#/schedules": "Schedules",
    "#/schedules/mails:digest": "mails:digest",
    "#/workers": "Workers",
    "#/circuits": "Circuits",
}
ON_A_PHONE = ("", "#/jobs/payments:dead", "#/dead-letters")


async def filled(deployment: Deployment) -> None:
    """Puts something on every page."""
    jobs = deployment.jobs
    for name in ("ada", "bob"):
        await jobs.submit(Mail(to=f"{name}@example.com"), delay="1h" if name == "bob" else None)
    await deployment.buried(key="dead")
    rule = schedule_rule(cron="0 2 * * *", timezone="Europe/Berlin")
    await jobs.schedules.add_by_name("digest", "mail", {}, rule, queue="mails")
    await jobs.wait(await jobs.submit(Sync()), timeout="10s")
    await jobs.submit(Report(), key="running")


async def visit(page: Page, url: str, where: str) -> None:
    await page.goto(f"{url}/{where}")
    await expect(page.locator("h1")).to_have_text(PAGES[where])
    await expect(page.locator(".loading")).to_have_count(0)
    await expect(page.locator(".state.bad")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_every_page_opens_and_axe_finds_nothing_wrong_with_it(
    deployment: Deployment, open_page: Open, dark: bool
) -> None:
    await filled(deployment)
    page = await open_page(deployment.url, dark=dark)
    for where in PAGES:
        await visit(page, deployment.url, where)
        await nothing_is_wrong_with(page)


@pytest.mark.parametrize(("dark", "where"), list(product([False, True], ON_A_PHONE)))
async def test_on_a_phone_a_page_needs_no_scrolling_sideways(
    deployment: Deployment, open_page: Open, dark: bool, where: str
) -> None:
    await filled(deployment)
    page = await open_page(deployment.url, dark=dark, size=PHONE)
    await visit(page, deployment.url, where)
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    await nothing_is_wrong_with(page)


async def test_the_login_and_the_dialogs_have_nothing_wrong_with_them(
    deployment: Deployment, open_page: Open
) -> None:
    await deployment.buried(key="dead")
    page = await open_page(deployment.url, who=None)
    await expect(page.get_by_label("Token")).to_be_visible()
    await nothing_is_wrong_with(page)
    page = await open_page(deployment.url, "#/jobs/payments:dead")
    await page.get_by_role("button", name="Edit payload").click()
    await expect(page.get_by_role("dialog").get_by_label("JSON")).to_have_value(
        re.compile("amount")
    )
    await nothing_is_wrong_with(page)
    await page.keyboard.press("Escape")
    await page.goto(f"{deployment.url}/#/schedules")
    await page.get_by_role("button", name="Add a schedule").click()
    await nothing_is_wrong_with(page)
    await page.keyboard.press("Escape")
    await page.goto(f"{deployment.url}/#/queues/payments")
    await page.get_by_role("button", name="Purge… payments").click()
    await nothing_is_wrong_with(page)


async def test_the_colours_are_the_systems_unless_others_are_chosen_which_is_remembered(
    deployment: Deployment, open_page: Open
) -> None:
    page = await open_page(deployment.url, dark=True)
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = await page.evaluate(ground)
    await page.get_by_role("button", name="Colours: auto").click()
    await expect(page.get_by_role("button", name="Colours: light")).to_be_visible()
    light = await page.evaluate(ground)
    assert light != dark
    await page.reload()
    await expect(page.get_by_role("button", name="Colours: light")).to_be_visible()
    assert await page.evaluate(ground) == light


async def test_a_deployment_without_anything_says_what_to_do_next(open_page: Open) -> None:
    async with deployed(container_for("memory://", worker=False)) as deployment:
        page = await open_page(deployment.url)
        for where, told in {
            "": "submit one",
            "#/queues": "begins with its first job",
            "#/jobs": "Widen the filters",
            "#/jobs/mails:none": "there is no job mails:none",
            "#/dead-letters": "There is no dead letter",
            "#/schedules": "Add one here",
            "#/workers": "jobsys worker",
            "#/nothing": "There is no such page",
        }.items():
            await page.goto(f"{deployment.url}/{where}")
            await expect(page.locator("main")).to_contain_text(told)


async def test_every_key_leads_where_it_says(deployment: Deployment, open_page: Open) -> None:
    page = await open_page(deployment.url)
    for key, heading in zip(
        "oqjdswc", [*(h for w, h in PAGES.items() if w.count("/") < 2)], strict=True
    ):
        await page.keyboard.press("g")
        await page.keyboard.press(key)
        await expect(page.locator("h1")).to_have_text(heading)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Dead letters")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.keyboard.press("/")
    await expect(page.locator("#search")).to_be_focused()
    await page.keyboard.type("g j")
    await page.keyboard.press("Escape")
    await expect(page.locator("#search")).not_to_be_focused()


async def test_whatever_can_be_done_is_reached_by_tab(
    deployment: Deployment, open_page: Open
) -> None:
    await filled(deployment)
    page = await open_page(deployment.url, "#/jobs/payments:dead")
    await expect(page.get_by_role("button", name="Replay payments:dead")).to_be_visible()
    reached = set[str]()
    for _ in range(40):
        await page.keyboard.press("Tab")
        reached.add(await page.evaluate("document.activeElement.textContent"))
        seen = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert seen != "none" or await page.evaluate("document.activeElement === document.body")
    assert {"Overview", "Queues", "Log out", "Edit payload", "Replay", "Traceback"} <= reached


async def nothing_is_wrong_with(page: Page) -> None:
    """Asserts that axe finds nothing; what it finds is told."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
