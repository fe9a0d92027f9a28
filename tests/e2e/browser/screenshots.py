"""Takes the pictures of docs/images/: `./dev page --screenshots`."""

import asyncio
import shutil
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from jobsys import JobPriority
from jobsys.application.schedule_arguments import schedule_rule
from tests.e2e.browser.deployment import TOKENS, Deployment, container_for, deployed
from tests.e2e.browser.shown_jobs import Charge, Mail, Report, Sync

FOLDER: Final = Path(__file__).parents[3] / "docs" / "images"
LAPTOP: Final[ViewportSize] = {"width": 1280, "height": 860}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
PICTURES: Final[Mapping[str, tuple[str, bool, ViewportSize]]] = {
    "overview-light": ("", False, LAPTOP),
    "overview-dark": ("", True, LAPTOP),
    "job": ("#/jobs/payments:order-4711", False, LAPTOP),
    "dead-letters": ("#/dead-letters", False, LAPTOP),
    "phone": ("", False, PHONE),
}
SECONDS: Final = 60
"""For how long there is something to see before."""


async def busy(deployment: Deployment) -> None:
    """Submits jobs for as long as it is not cancelled."""
    jobs = deployment.jobs
    for number in count():
        level = JobPriority.LOW if number % 5 else JobPriority.NORMAL
        await jobs.submit(Mail(to=f"reader{number}@example.com"), priority=level)
        if number % 300 == 0:
            await deployment.buried("the card was declined")
        await asyncio.sleep(0.03 + 0.02 * (number // 90 % 3))


async def filled(deployment: Deployment) -> None:
    """Puts something on every page."""
    jobs = deployment.jobs
    for number in range(6):
        await deployment.buried(f"order {number} has no invoice")
    await deployment.buried("the card was declined", key="order-4711")
    await jobs.wait(await jobs.submit(Sync()), timeout="10s")
    for _ in range(12):
        await jobs.submit(Sync())
    await jobs.queues.pause("exports")
    for _ in range(7):
        await jobs.submit(Report(), queue="exports")
    for title in ("sales", "stock"):
        await jobs.submit(Report(title=title))
    await jobs.submit(Charge(amount=12), delay="20m")
    rule = schedule_rule(cron="0 6 * * 1-5", timezone="Europe/Berlin")
    await jobs.schedules.add_by_name("digest", "mail", {}, rule, queue="mails")


async def take(browser: Browser, url: str, name: str) -> None:
    where, dark, size = PICTURES[name]
    context = await browser.new_context(viewport=size, color_scheme="dark" if dark else "light")
    page: Page = await context.new_page()
    await page.goto(f"{url}/{where}")
    await page.get_by_label("Token").fill(TOKENS["admin"])
    await page.get_by_role("button", name="Log in").click()
    await page.locator(".live.live").wait_for()
    await page.locator("tbody tr, .log li").first.wait_for()
    await page.wait_for_timeout(1_500)
    path = FOLDER / f"{name}.png"
    await page.screenshot(path=path)
    Image.open(path).quantize(256).save(path, optimize=True)
    print(path.relative_to(FOLDER.parents[1]), path.stat().st_size, "bytes")
    await context.close()


async def main() -> None:
    """Shows a deployment some life, and takes its pictures."""
    FOLDER.mkdir(exist_ok=True)
    async with deployed(container_for("memory://")) as deployment, async_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        await filled(deployment)
        traffic = asyncio.create_task(busy(deployment))
        await take(browser, deployment.url, "overview-light")  # the reading begins with a viewer
        await asyncio.sleep(SECONDS)
        for name in PICTURES:
            await take(browser, deployment.url, name)
        traffic.cancel()
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
