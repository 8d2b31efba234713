"""A real Chromium at a running desk; whatever it complains of, or asks of others, fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright

from archiver.domain.reviewer import Role
from tests.review import world
from tests.review.conftest import RunningDesk

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_EXPECTED = "Failed to load resource"
"""What Chromium says of an answer that refuses something, as ours are meant to."""


@dataclass(kw_only=True)
class Room:
    """Browsers at a desk, and what they complained of."""

    browser: Browser
    desk: RunningDesk
    complaints: list[str] = field(default_factory=list)

    async def anyone(self, **options: object) -> Page:
        """Return a page of a browser in which nobody is signed in."""
        context = await self.browser.new_context(base_url=self.desk.address, **options)  # type: ignore[arg-type]
        self.listen(context)
        return await context.new_page()

    async def signed_in(self, name: str = Role.REVIEWER, *, language: str = "en", **options: object) -> Page:
        """Return a page of somebody's own browser; see `tests.review.conftest`."""
        page = await self.anyone(**options)
        await page.goto(f"/sign-in?language={language}")
        await page.fill("[name=name]", name)
        await page.fill("[name=password]", world.PASSWORD)
        await press(page, ".door button.primary")
        await page.goto("/me")
        await page.select_option("[name=language]", language)
        await press(page, "form:has([name=language]) button")
        return page

    def listen(self, context: BrowserContext) -> None:
        """Note what the pages of a browser complain of, and what they ask of others."""
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        context.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        context.on("request", self._asked)

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} and _EXPECTED not in said.text:
            self.complaints.append(f"{said.type}: {said.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.desk.address).netloc:
            self.complaints.append(f"asked of others: {request.url}")


async def press(page: Page, selector: str) -> None:
    """Press what leads to another page, and wait for that."""
    async with page.expect_navigation():
        await page.click(selector)


async def start(page: Page) -> str:
    """Begin; return the path of the case."""
    await page.goto("/queue")
    await press(page, "[data-action=start]")
    return urlsplit(page.url).path


def program() -> str | None:
    """Return where the browser of this machine is."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@pytest_asyncio.fixture
async def room(desk: RunningDesk) -> AsyncIterator[Room]:
    """Give browsers at a desk; skips without one, unless they are required."""
    path = program()
    if path is None:
        is_required = os.environ.get("ARCHIVER_BROWSER_TESTS") == "required"
        (pytest.fail if is_required else pytest.skip)(
            "no Chromium or Chrome: .ci/browser installs one on Debian"
        )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        opened = Room(browser=browser, desk=desk)
        yield opened
        await browser.close()
    assert opened.complaints == []
