"""Physical keys, and what they write on an Arabic keyboard and on an English one."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.async_api import Page

ARABIC = {
    "KeyC": "ؤ", "KeyJ": "ت", "KeyK": "ن", "KeyN": "ى", "KeyR": "ق", "KeyS": "س", "KeyT": "ف", "KeyU": "ع",
    "KeyV": "ر", "KeyW": "ص", "BracketLeft": "ج", "BracketRight": "د", "Digit1": "١", "Digit4": "٤",
}  # fmt: skip
ENGLISH = {
    "KeyC": "c", "KeyJ": "j", "KeyK": "k", "KeyN": "n", "KeyR": "r", "KeyS": "s", "KeyT": "t", "KeyU": "u",
    "KeyV": "v", "KeyW": "w", "BracketLeft": "[", "BracketRight": "]", "Digit1": "1", "Digit4": "4",
}  # fmt: skip

CONTROL = 2


async def strike(page: Page, code: str, layout: Mapping[str, str], *, modifiers: int = 0) -> None:
    """Press a physical key, which writes what it has on a layout."""
    session = await page.context.new_cdp_session(page)
    for kind in ("keyDown", "keyUp"):
        await session.send(
            "Input.dispatchKeyEvent",
            {"type": kind, "code": code, "key": layout.get(code, code), "modifiers": modifiers},
        )
    await session.detach()
