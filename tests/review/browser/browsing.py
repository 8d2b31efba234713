"""A real Chromium at a running desk; whatever it complains of, or asks of others, fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright

from archiver.domain.reviewer import Role
from tests.review import world
from tests.review.conftest import RunningDesk

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_EXPECTED = "Failed to load resource"
"""What Chromium says of an answer that refuses something, as ours are meant to."""


@dataclass(kw_only=True)
class Browsing:
    """Browsers at an address, and what they complained of."""

    browser: Browser
    address: str
    complaints: list[str] = field(default_factory=list)

    async def anyone(self, **options: object) -> Page:
        """Return a page of a browser in which nobody is signed in."""
        context = await self.browser.new_context(base_url=self.address, **options)  # type: ignore[arg-type]
        self._listen(context)
        return await context.new_page()

    def _listen(self, context: BrowserContext) -> None:
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        context.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        context.on("request", self._asked)

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} and _EXPECTED not in said.text:
            self.complaints.append(f"{said.type}: {said.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.address).netloc:
            self.complaints.append(f"asked of others: {request.url}")


@dataclass(kw_only=True)
class Room:
    """Browsers at a desk of the test's own, whose clock it moves."""

    browsing: Browsing
    desk: RunningDesk

    async def anyone(self, **options: object) -> Page:
        """Return a page of a browser in which nobody is signed in."""
        return await self.browsing.anyone(**options)

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


@asynccontextmanager
async def browsing_at(address: str) -> AsyncIterator[Browsing]:
    """Open a browser until the block ends; skips without one, unless they are required."""
    path = program()
    if path is None:
        is_required = os.environ.get("ARCHIVER_BROWSER_TESTS") == "required"
        (pytest.fail if is_required else pytest.skip)(
            "no Chromium or Chrome: .ci/browser installs one on Debian"
        )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        opened = Browsing(browser=browser, address=address)
        yield opened
        await browser.close()
    assert opened.complaints == []
