"""Pictures of the desk: each journey takes some, into a folder of the test's own or one that docs show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, ViewportSize

_WIDE, _PHONE = ViewportSize(width=1200, height=750), ViewportSize(width=390, height=780)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A moment of a journey that is shown: by day or by night, on a desk or in a hand."""

    moment: str
    language: str
    is_dark: bool = False
    is_phone: bool = False

    @property
    def name(self) -> str:
        """Return what its file is called."""
        words = (self.moment, self.language, "phone" * self.is_phone, "dark" * self.is_dark)
        return "-".join(filter(None, words)) + ".png"


PICTURES = (
    Picture(moment="sign-in", language="ar"),
    Picture(moment="queue", language="ar"),
    Picture(moment="queue", language="en", is_dark=True),
    Picture(moment="case", language="ar"),
    Picture(moment="case", language="ar", is_phone=True),
    Picture(moment="case", language="en"),
    Picture(moment="decision", language="en", is_dark=True),
    Picture(moment="why", language="en"),
    Picture(moment="adjudication", language="ar", is_dark=True),
    Picture(moment="adjudication", language="en"),
    Picture(moment="channel", language="ar"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photographer:
    """Takes the pictures of one language."""

    folder: Path
    language: str

    async def take(self, page: Page, moment: str) -> None:
        """Take what is shown of this moment; the page looks afterwards as it did before."""
        before = page.viewport_size
        for each in PICTURES:
            if (each.moment, each.language) == (moment, self.language):
                await page.set_viewport_size(_PHONE if each.is_phone else _WIDE)
                await page.emulate_media(color_scheme="dark" if each.is_dark else "light")
                await page.screenshot(path=self.folder / each.name, animations="disabled", caret="hide")
        await page.emulate_media(color_scheme="null")
        if before:
            await page.set_viewport_size(before)
