"""A browser, and a deployment for it to look at; every test fails on what a page may never do."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest_asyncio
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    ViewportSize,
    async_playwright,
)

from tests.e2e.browser.deployment import TOKENS, Deployment, container_for, deployed

LAPTOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, one for all tests of a process."""
    path = shutil.which("chromium")
    assert path, "install chromium (Debian: apt-get install chromium), or leave out -m browser"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def deployment(tmp_path: Path) -> AsyncIterator[Deployment]:
    """A worker and the page over a SQLite file."""
    async with deployed(container_for(f"sqlite:///{tmp_path}/jobs.db")) as deployment:
        yield deployment


@dataclass
class Seen:
    """What a page did beside what it shows."""

    url: str
    errors: list[str] = field(default_factory=list[str])
    elsewhere: list[str] = field(default_factory=list[str])
    dialogs: list[str] = field(default_factory=list[str])

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)
        page.on("dialog", self._dialog)

    def check(self) -> None:
        assert (self.errors, self.elsewhere, self.dialogs) == ([], [], [])

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium itself tells of each answer that refuses something.
        refused = message.text.startswith("Failed to load resource")
        if message.type in {"error", "warning"} and not refused:
            self.errors.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith(f"{self.url}/"):
            self.elsewhere.append(request.url)

    async def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        await dialog.dismiss()


Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(chromium: Browser) -> AsyncIterator[Open]:
    """Opens pages of a deployment in browsers of their own, and looks at the end what they did."""
    seen = list[Seen]()
    async with AsyncExitStack() as stack:

        async def opened(
            url: str,
            where: str = "",
            *,
            who: str | None = "admin",
            dark: bool = False,
            size: ViewportSize = LAPTOP,
        ) -> Page:
            context = await chromium.new_context(
                viewport=size, color_scheme="dark" if dark else "light", reduced_motion="reduce"
            )
            stack.push_async_callback(context.close)
            context.set_default_timeout(10_000)
            page = await context.new_page()
            seen.append(Seen(url))
            seen[-1].watch(page)
            await page.goto(f"{url}/{where}")
            if who is not None:
                await page.get_by_label("Token").fill(TOKENS[who])
                await page.get_by_role("button", name="Log in").click()
                await page.get_by_role("navigation").wait_for()
            return page

        yield opened
    for one in seen:
        one.check()
