"""Whoever can't see well, can't use a mouse, or has a small screen, can work here, in every language."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from archiver.domain.preferences import LANGUAGES
from archiver.domain.reviewer import Role
from tests.review import world
from tests.review.browser.browsing import Room, press, start
from tests.review.steps import case_with

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(240)]

_LTR, _RTL = (("en", False), ("ku", False)), (("ar", True), ("ckb", True))
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"
_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def addresses(room: Room) -> dict[str, tuple[str, ...]]:
    """Return the pages by who looks at them."""
    case_id = case_with(room.desk, world.LEAK)
    return {
        Role.REVIEWER: (
            "/queue", "/queue?severity=3", f"/cases/{case_id}", f"/cases/{case_id}/why", "/own",
            "/search?q=database", "/rules", "/statistics", "/help", "/me", "/pause",
            f"/channels/{world.LEAKS}", "/nowhere",
        ),
        Role.LEAD: ("/disputes",),
        Role.ADMIN: ("/people", "/audit"),
    }  # fmt: skip


async def faults(page: Page) -> list[str]:
    """Return what axe finds."""
    found = (await Axe().run(page, options=_RULES)).response["violations"]
    return [
        f"{page.url}: {each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in found
    ]


@pytest.mark.parametrize(("language", "scheme"), [*((each, "light") for each in LANGUAGES), ("ar", "dark")])
async def test_axe_finds_nothing_on_any_page(room: Room, language: str, scheme: str) -> None:
    found = []
    for role, paths in addresses(room).items():
        page = await room.signed_in(role, language=language, color_scheme=scheme)
        for path in paths:
            await page.goto(path)
            await page.evaluate(OPEN_ALL)
            found += await faults(page)
    page = await room.signed_in("second", language=language, color_scheme=scheme)
    await start(page)
    for verdict in ("violation", "not_a_violation", "cannot_tell"):
        await page.check(f"[name=verdict][value={verdict}]")
        await page.evaluate(OPEN_ALL)
        found += await faults(page)
    page = await room.anyone(color_scheme=scheme)
    await page.goto(f"/sign-in?language={language}")
    found += await faults(page)

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_is_wider_than_a_small_phone(room: Room, language: str) -> None:
    wide = {}
    for role, paths in addresses(room).items():
        page = await room.signed_in(role, language=language, viewport={"width": 320, "height": 640})
        for path in paths:
            await page.goto(path)
            await page.evaluate(OPEN_ALL)
            over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                wide[path] = over
    page = await room.signed_in("second", language=language, viewport={"width": 320, "height": 640})
    await start(page)
    await page.check("[name=verdict][value=violation]")
    await page.evaluate(OPEN_ALL)

    assert wide == {}
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize(
    ("language", "is_mirrored"), [("en", False), ("ku", False), ("ar", True), ("ckb", True)]
)
async def test_the_desk_turns_round_with_the_language(room: Room, language: str, is_mirrored: bool) -> None:
    page = await room.signed_in(language=language, viewport={"width": 1440, "height": 900})
    await start(page)

    async def middle(selector: str) -> float:
        box = await page.locator(selector).bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2

    order = [await middle(each) for each in (".rail", ".reading", ".panel")]

    assert order == sorted(order, reverse=is_mirrored)
    assert (await middle(".brand") > await middle(".own")) is is_mirrored


async def test_what_is_pressed_is_large_enough_for_a_finger(room: Room) -> None:
    page = await room.signed_in(viewport={"width": 360, "height": 740})
    await start(page)
    await page.check("[name=verdict][value=violation]")

    small = await page.evaluate(
        """() => [...document.querySelectorAll(
            'button, summary, .option, .choice, .step, .rooms a, .own a, .place')]
            .filter(each => each.offsetParent && Math.min(each.offsetHeight, each.offsetWidth) < 24)
            .map(each => each.outerHTML.slice(0, 120))"""
    )

    assert small == []


async def test_the_panel_is_reached_from_anywhere_on_a_phone(room: Room) -> None:
    page = await room.signed_in(viewport={"width": 360, "height": 640})
    await start(page)

    await page.click(".bar .button")

    await expect(page.locator("#decide .hold")).to_be_in_viewport()
    assert await page.locator("[name=verdict]").first.is_visible()


async def test_the_first_stop_of_the_tab_key_leads_to_the_content(room: Room) -> None:
    page = await room.signed_in()
    await page.goto("/queue")

    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    assert await page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
async def test_a_ground_under_letters_does_not_move_them(room: Room, language: str) -> None:
    """Arabic letters join across a match: what is found in a word must not part it."""
    page = await room.signed_in(language=language)
    await page.goto(f"/cases/{case_with(room.desk, world.THREAT)}")

    widths = await page.evaluate(
        """() => {
            const text = document.querySelector('.text');
            text.style.whiteSpace = 'nowrap';
            const measure = (node) => { const range = document.createRange(); range.selectNodeContents(node);
                return range.getBoundingClientRect().width; };
            const marked = measure(text);
            text.querySelectorAll('mark:not(.masked)').forEach(each => each.replaceWith(each.textContent));
            text.normalize();
            return [marked, measure(text)];
        }"""
    )

    assert widths[0] > 100
    assert abs(widths[0] - widths[1]) <= 0.5


async def test_a_match_in_the_middle_of_a_joined_word_leaves_it_joined(room: Room) -> None:
    page = await room.signed_in()
    await page.goto(f"/cases/{case_with(room.desk, world.THREAT)}")

    widths = await page.evaluate(
        """() => {
            const text = document.querySelector('.text');
            const width = (parts) => { text.replaceChildren(...parts); text.style.display = 'inline-block';
                text.style.maxWidth = 'none'; return text.getBoundingClientRect().width; };
            const mark = (content) => { const made = document.createElement('mark'); made.className = 'found';
                made.dataset.label = '12'; made.textContent = content; return made; };
            const parts = [['ومحادثاتكم'], ['ومحا', mark('دثا'), 'تكم'], ['وم', mark('حاد'), 'ثاتكم']];
            return parts.map(width);
        }"""
    )

    assert max(widths) - min(widths) <= 0.5


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_a_number_is_read_from_left_to_right_in_an_arabic_text(room: Room, language: str) -> None:
    page = await room.signed_in(language=language)
    await start(page)
    await page.click("details.reveal summary")
    await page.select_option("[name=purpose]", "victim")
    await press(page, "details.reveal button")

    places = await page.evaluate(
        """() => {
            const text = document.querySelector('#post .text');
            const own = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
            while (!own.nextNode().data.includes('0770'));
            return ['0770', '123', '4567'].map(group => {
                const range = document.createRange(), from = own.currentNode.data.indexOf(group);
                range.setStart(own.currentNode, from); range.setEnd(own.currentNode, from + group.length);
                return range.getBoundingClientRect().x; });
        }"""
    )

    assert places == sorted(places)


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_a_line_of_masks_runs_as_its_text_does(room: Room, language: str) -> None:
    page = await room.signed_in(language=language)
    await page.goto(f"/cases/{case_with(room.desk, world.LEAK)}")

    row = await page.evaluate(
        """() => [...document.querySelectorAll('#post .text .masked')].slice(0, 2)
            .map(each => each.getBoundingClientRect().x)"""
    )

    assert row[0] > row[1]


async def test_a_choice_of_light_or_dark_goes_before_the_browsers(room: Room) -> None:
    page = await room.signed_in(color_scheme="dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    dark = await page.evaluate(ground)

    await page.select_option("[name=theme]", "light")
    await press(page, "form:has([name=theme]) button")

    assert await page.evaluate(ground) != dark
