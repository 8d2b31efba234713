"""An office: `archiver serve` in a process of its own, at an archive with cases, and who works there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.async_api import Locator, Page, expect

from tests.cli.process import Command
from tests.review.browser.browsing import Browsing, press
from tests.review.browser.keyboard import ARABIC, CONTROL, ENGLISH, strike
from tests.review.world import PASSWORD

PEOPLE = {"amal": "reviewer", "hiwa": "reviewer", "layla": "lead"}
"""Who signs in, and as what; their pseudonyms are R-01, R-02 and R-03."""

_OWN_NAMES = {"ar": "العربية", "en": "English"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody before their own browser, who leaves the mouse alone wherever there is a key."""

    page: Page
    layout: Mapping[str, str]

    async def strike(self, *codes: str) -> None:
        """Press physical keys."""
        for code in codes:
            await strike(self.page, code, self.layout)

    async def go(self, code: str, *, modifiers: int = 0) -> None:
        """Press a physical key that leads to another page."""
        async with self.page.expect_navigation():
            await strike(self.page, code, self.layout, modifiers=modifiers)

    async def save(self) -> None:
        """Press Control and Enter."""
        await self.go("Enter", modifiers=CONTROL)

    async def write_note(self, text: str) -> None:
        """Write the note of a decision."""
        await self.strike("KeyC")
        await self.page.keyboard.type(text)

    async def choose(self, field: Locator, value: str) -> None:
        """Walk through the options of a field that has the focus, as far as the one that is wanted."""
        while await field.input_value() != value:
            await self.page.keyboard.press("ArrowDown")

    @property
    def case_id(self) -> int:
        """Return the case that is before them."""
        return int(urlsplit(self.page.url).path.rpartition("/")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A running desk, and the command beside it."""

    command: Command
    browsing: Browsing

    async def enters(self, name: str, language: str) -> Person:
        """Sign somebody in, who finds their language on the door."""
        page = await self.browsing.anyone(viewport={"width": 1280, "height": 800})
        await page.goto("/")
        await press(page, f".languages a:has-text('{_OWN_NAMES[language]}')")
        await expect(page.locator("[name=name]")).to_be_focused()
        await page.keyboard.type(name)
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        await expect(page).to_have_url(f"{self.browsing.address}queue")
        return Person(page=page, layout=ARABIC if language == "ar" else ENGLISH)
