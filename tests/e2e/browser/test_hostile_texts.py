"""Texts that would be markup or script elsewhere are texts here, wherever they come from."""

from dataclasses import replace
from urllib.parse import quote

import pytest
from playwright.async_api import Page, expect

from jobsys.application.schedule_arguments import schedule_rule
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.deployment import Deployment
from tests.e2e.browser.shown_jobs import Echo

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PLAIN = "plain"
CORPUS = [
    '"><svg onload=alert(1)>',
    "'onmouseover=alert(1) '",
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}",
    "<img src=x onerror=alert(1)>",
]
FOUND = """() => [...document.querySelectorAll("*")].filter((one) =>
  ["svg", "img", "iframe", "object", "embed", "base"].includes(one.localName)
  || (one.localName === "script" && !one.src)
  || /^javascript:/i.test(one.getAttribute("href") ?? "")
  || [...one.attributes].some(({ name }) => name.startsWith("on"))
).map((one) => one.outerHTML)"""
COUNTED = "document.querySelectorAll('main *').length"


async def told_everywhere(deployment: Deployment, text: str, key: str) -> None:
    """Puts a text wherever one can come from outside: it runs well once, and fails once."""
    jobs = deployment.jobs
    for fails in (False, True):
        job = Echo(text=text, fails=fails)
        await jobs.wait(await jobs.submit(job, key=f"{key}-{fails}"), timeout="10s")
    rule = schedule_rule(every="1d")
    await jobs.schedules.add_by_name(key, "echo", {"text": text}, rule, queue="echoes")
    roster = jobs.workers._roster
    card = (await jobs.workers.find())[0].card
    await roster.show(replace(card, worker=text, host=text, release=text))


async def shown(page: Page, where: str, *texts: str) -> None:
    """Waits until a page shows the texts; none of them is markup."""
    await page.goto(where)
    await page.reload()  # as one comes by a link from elsewhere
    for text in texts:
        await expect(page.locator("main")).to_contain_text(text)
    assert await page.evaluate(FOUND) == []


@pytest.mark.parametrize("text", CORPUS)
async def test_a_job_that_is_full_of_it_has_as_many_elements_as_any_other(
    deployment: Deployment, open_page: Open, text: str
) -> None:
    await told_everywhere(deployment, PLAIN, "plain")
    await told_everywhere(deployment, text, "hostile")
    page = await open_page(deployment.url)
    for where, last in {
        "#/jobs/echoes:{}-False": ".log li",
        "#/jobs/echoes:{}-True": ".log li, .why",
        "#/schedules/echoes:{}": ".times li",
    }.items():
        numbers = list[int]()
        for key, said in (("plain", PLAIN), ("hostile", text)):
            await shown(page, f"{deployment.url}/{where.format(key)}", said)
            for part in last.split(", "):
                await expect(page.locator(part)).not_to_have_count(0)
            numbers.append(await page.evaluate(COUNTED))
        assert numbers[0] == numbers[1], where


@pytest.mark.parametrize("text", CORPUS)
async def test_lists_addresses_searches_and_dialogs_show_it_as_it_is(
    deployment: Deployment, open_page: Open, text: str
) -> None:
    await told_everywhere(deployment, text, "hostile")
    page = await open_page(deployment.url)
    said = quote(text, safe="")
    for where in ("", "#/jobs", "#/dead-letters", f"#/dead-letters?error={said}", "#/workers"):
        await shown(page, f"{deployment.url}/{where}", *([text] if where else []))
    for where in (f"#/jobs/{said}", f"#/queues/{said}", f"#/schedules/{said}"):
        await shown(page, f"{deployment.url}/{where}", text)
    for where in (f"#/{said}", f"#/jobs?text={said}", f"#{text}", f"#/jobs/{text}"):
        await shown(page, f"{deployment.url}/{where}")
    await page.locator("#search").fill(text)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Text", exact=True)).to_have_value(text)
    await shown(page, f"{deployment.url}/#/dead-letters", text)
    await page.get_by_role("button", name="Replay all 1").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await page.evaluate(FOUND) == []
    await page.keyboard.press("Escape")
    await page.goto(f"{deployment.url}/#/jobs/echoes:hostile-True")
    await page.get_by_role("button", name="Edit payload").click()
    await expect(page.get_by_role("dialog").get_by_label("JSON")).not_to_have_value("")
    assert await page.evaluate(FOUND) == []
