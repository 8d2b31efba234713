"""What happens to people at a desk: a sign-in that ends, a second tab, a finger that presses twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.journeys.oracle import rows
from tests.review import world
from tests.review.browser.browsing import Room, press, start

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]

THOUGHT = "نصف فكرة\nhalf a thought"


def counted(room: Room, table: str) -> int:
    sql = {
        "decisions": "SELECT count(*) FROM decisions WHERE kind = 'decision'",
        "leases": "SELECT count(*) FROM leases",
        "reveals": "SELECT count(*) FROM reveals",
    }[table]
    return int(rows(room.desk.archive_path, sql)[0][0])


async def notes(page: Page) -> list[str]:
    """Return what stands in the notes of a page, those of other forms too."""
    return [await each.input_value() for each in await page.locator("[name=note]").all()]


async def test_a_thought_survives_the_end_of_a_sign_in(room: Room) -> None:
    page = await room.signed_in()
    await start(page)
    await page.check("[name=verdict][value=cannot_tell]")
    await page.fill("#ruling [name=note]", THOUGHT)
    room.desk.clock.advance(timedelta(minutes=31))

    await press(page, "[data-action=save]")
    kept = await notes(page)
    async with page.context.expect_page() as opened:
        await page.click("a[target=_blank]")
    door = await opened.value
    await door.fill("[name=name]", "reviewer")
    await door.fill("[name=password]", world.PASSWORD)
    await press(door, ".door button.primary")
    await press(page, "button.primary")
    await press(page, "button:has-text('Take it again')")
    again = (
        await page.input_value("#ruling [name=note]"),
        await page.is_checked("[name=verdict][value=cannot_tell]"),
    )
    await press(page, "[data-action=save]")

    assert kept == [THOUGHT]
    assert again == (THOUGHT, True)
    sql = "SELECT note FROM decisions"
    assert rows(room.desk.archive_path, sql) == [(THOUGHT,)]


async def test_of_two_tabs_the_second_decision_is_refused_and_its_note_stays(room: Room) -> None:
    page = await room.signed_in()
    path = await start(page)
    other = await page.context.new_page()
    await other.goto(path)
    for each, verdict in ((page, "cannot_tell"), (other, "violation")):
        await each.check(f"[name=verdict][value={verdict}]")
        if verdict == "violation":
            await each.check("[name=category][value=extortion]")
    await other.fill("#ruling [name=note]", THOUGHT)
    await press(page, "[data-action=stay]")

    await press(other, "[data-action=stay]")

    await expect(other.locator("#refused")).to_be_visible()
    assert THOUGHT in await notes(other)
    assert rows(room.desk.archive_path, "SELECT verdict FROM decisions") == [("cannot_tell",)]


async def test_two_tabs_begin_the_same_case(room: Room) -> None:
    page = await room.signed_in()
    other = await page.context.new_page()

    paths = [await start(each) for each in (page, other)]

    assert paths[0] == paths[1]
    assert counted(room, "leases") == 1


async def test_a_double_click_begins_one_case_and_reveals_once(room: Room) -> None:
    page = await room.signed_in()
    await page.goto("/queue")
    await page.dblclick("[data-action=start]")
    await page.wait_for_url("**/cases/*")

    await page.click("details.reveal summary")
    await page.select_option("[name=purpose]", "victim")
    await page.dblclick("details.reveal button")
    await expect(page.locator(".stamp.bare")).to_be_visible()

    assert (counted(room, "leases"), counted(room, "reveals")) == (1, 1)


async def test_undo_that_is_pressed_twice_takes_one_decision_back(room: Room) -> None:
    page = await room.signed_in()
    path = await start(page)
    await page.check("[name=verdict][value=cannot_tell]")
    await press(page, "[data-action=stay]")

    await page.dblclick("[data-action=undo]")
    await page.wait_for_url(f"**{path}")

    sql = "SELECT count(*) FROM decisions WHERE kind = 'retraction'"
    assert rows(room.desk.archive_path, sql) == [(1,)]
    await expect(page.locator("#ruling")).to_be_visible()


async def test_going_back_after_a_reveal_shows_what_holds_now(room: Room) -> None:
    page = await room.signed_in()
    path = await start(page)
    await page.click("details.reveal summary")
    await page.select_option("[name=purpose]", "victim")
    await press(page, "details.reveal button")
    bare = await page.locator("#post .text").inner_text()
    await page.goto("/queue")
    room.desk.clock.advance(timedelta(minutes=11))

    await page.go_back()
    await page.wait_for_url(f"**{path}*")

    assert world.PHONE in bare
    assert world.PHONE not in await page.locator("#post .text").inner_text()
