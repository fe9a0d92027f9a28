"""What one does to a page."""

from playwright.async_api import Locator, Page, expect


async def press(page: Page | Locator, name: str) -> None:
    """Presses a button."""
    await page.get_by_role("button", name=name, exact=True).click()


async def confirm(page: Page, name: str, written: str | None = None) -> None:
    """Says yes to a question, once what has to be written is written."""
    dialog = page.get_by_role("dialog")
    if written is not None:
        button = dialog.get_by_role("button", name=name, exact=True)
        await expect(button).to_be_disabled()
        await dialog.get_by_role("textbox").fill(written)
    await press(dialog, name)
    await expect(dialog).to_have_count(0)


async def told(page: Page, text: str) -> None:
    """Waits for a notice."""
    await expect(page.locator(".notices")).to_contain_text(text)
