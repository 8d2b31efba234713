"""Work at the desk in a browser: keys of any layout, a hold that lasts, forms that are sent once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.reviewer import Role
from tests.journeys.oracle import rows
from tests.review import world
from tests.review.browser.browsing import Room, press, start
from tests.review.browser.keyboard import ARABIC, strike
from tests.review.steps import case_with

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]

MINUTE = timedelta(minutes=1)


def decisions(room: Room) -> list[tuple[str, str | None, int | None]]:
    sql = "SELECT verdict, category, severity FROM decisions WHERE kind <> 'retraction' ORDER BY decision_id"
    return [(row[0], row[1], row[2]) for row in rows(room.desk.archive_path, sql)]


async def test_an_arabic_keyboard_decides_by_the_place_of_its_keys(room: Room) -> None:
    page = await room.signed_in(language="ar")
    await start(page)

    await strike(page, "KeyV", ARABIC)
    await strike(page, "Digit4", ARABIC)
    await strike(page, "BracketLeft", ARABIC)
    async with page.expect_navigation():
        await strike(page, "Enter", ARABIC, modifiers=2)

    assert decisions(room) == [("violation", "extortion", 3)]
    assert await page.locator(".notice.done").count() == 1


async def test_keys_choose_a_reason_and_stay_or_take_it_back(room: Room) -> None:
    page = await room.signed_in()
    path = await start(page)

    await page.keyboard.press("n")
    await page.keyboard.press("2")
    async with page.expect_navigation():
        await page.keyboard.press("Control+Shift+Enter")
    stayed = page.url
    async with page.expect_navigation():
        await page.keyboard.press("u")

    assert path in stayed
    assert decisions(room) == [("not_a_violation", None, None)]
    assert rows(room.desk.archive_path, "SELECT reason FROM decision_reasons") == [("news",)]
    assert await page.locator("#ruling").count() == 1


async def test_nothing_happens_while_somebody_types(room: Room) -> None:
    page = await room.signed_in()
    await start(page)

    await page.keyboard.press("c")
    await page.keyboard.type("vnx[u1")

    assert await page.input_value("#ruling [name=note]") == "vnx[u1"
    assert await page.locator("[name=verdict]:checked").count() == 0
    assert await page.locator("details.move[open]").count() == 0
    await page.evaluate("document.querySelector('#ruling').dataset.sent = ''; ruling.note.value = ''")


async def test_keys_open_what_they_name_and_walk_through_the_matches(room: Room) -> None:
    page = await room.signed_in()
    await start(page)

    await page.keyboard.press("x")
    is_skip_open = await page.locator("details.move[data-action=skip][open]").count()
    await page.evaluate("document.activeElement.blur()")
    walked = []
    for key in ("j", "j", "k"):
        await page.keyboard.press(key)
        walked.append(await page.evaluate("document.activeElement.id"))

    assert is_skip_open == 1
    assert walked == ["found-1", "found-2", "found-1"]


async def test_keys_that_were_turned_off_or_given_anew_are(room: Room) -> None:
    page = await room.signed_in()
    await page.focus("#key-violation")
    await page.keyboard.press("q")
    await press(page, "#keys button")
    await start(page)
    await page.keyboard.press("v")
    before = await page.locator("[name=verdict]:checked").count()
    await page.keyboard.press("q")
    after = await page.locator("[name=verdict]:checked").count()
    await page.goto("/me")
    await page.select_option("[name=has_shortcuts]", "no")
    await press(page, "form:has([name=has_shortcuts]) button")
    await start(page)
    await page.keyboard.press("q")

    assert (before, after) == (0, 1)
    assert await page.locator("[name=verdict]:checked").count() == 0


async def test_a_key_shows_the_letter_that_stands_on_it_and_none_without_keys(room: Room) -> None:
    page = await room.signed_in()
    await start(page)

    assert await page.locator("kbd[data-key=violation]").inner_text() == "V"


async def test_lock_is_one_key_and_going_back_shows_nothing(room: Room) -> None:
    page = await room.signed_in()
    await start(page)

    async with page.expect_navigation():
        await page.keyboard.press("Shift+L")
    await page.go_back()

    assert await page.locator("[name=password]").count() == 1
    assert await page.locator(".post").count() == 0


async def test_a_double_click_is_one_decision(room: Room) -> None:
    page = await room.signed_in()
    await start(page)

    await page.check("[name=verdict][value=cannot_tell]")
    await page.dblclick("[data-action=save]")
    await page.wait_for_url("**/cases/*?done=*")

    assert len(decisions(room)) == 1


async def test_going_back_to_a_case_that_was_decided_does_not_decide_it_again(room: Room) -> None:
    page = await room.signed_in()
    await start(page)
    await page.check("[name=verdict][value=cannot_tell]")
    await press(page, "[data-action=stay]")

    await page.go_back()
    await page.wait_for_load_state()

    assert len(decisions(room)) == 1


async def test_a_reload_keeps_the_hold_and_the_last_page_that_closes_lets_go(room: Room) -> None:
    page = await room.signed_in()
    path = await start(page)
    second = await page.context.new_page()
    await second.goto(path)
    await page.reload()
    await page.wait_for_load_state()

    await second.close()
    await page.wait_for_timeout(300)
    held = seconds_left(room)
    await page.close()
    left = await settled(room)

    assert held > 500
    assert 0 < left <= 30


async def test_a_page_in_use_keeps_its_case_and_one_left_alone_does_not(room: Room) -> None:
    page = await room.signed_in()
    await page.clock.install()
    await start(page)
    room.desk.clock.advance(5 * MINUTE)
    async with page.expect_response("**/beat"):
        await page.clock.run_for(61_000)
    kept = seconds_left(room)

    beats: list[str] = []
    page.on("request", lambda request: beats.append(request.url) if "/beat" in request.url else None)
    for _ in range(12):
        await page.clock.run_for(60_000)

    assert kept == 600
    assert 2 <= len(beats) <= 5  # for five minutes after the last press of a key


async def test_the_end_of_a_hold_is_told_and_what_was_typed_stays(room: Room) -> None:
    page = await room.signed_in()
    await page.clock.install()
    await start(page)
    await page.fill("#ruling [name=note]", "half a thought")
    await page.check("[name=verdict][value=cannot_tell]")
    room.desk.clock.advance(11 * MINUTE)
    await page.clock.run_for(11 * 60_000)

    assert "has ended" in await page.locator("#live").inner_text()
    assert await page.input_value("#ruling [name=note]") == "half a thought"
    await press(page, "[data-action=save]")
    assert await page.input_value("textarea[name=note] >> nth=0") is not None
    assert "half a thought" in await page.content()
    await press(page, "button:has-text('Take it again')")
    assert await page.input_value("#ruling [name=note]") == "half a thought"
    await press(page, "[data-action=save]")
    assert len(decisions(room)) == 1


async def test_everything_is_done_without_script(room: Room) -> None:
    page = await room.signed_in(java_script_enabled=False)
    await start(page)

    await page.check("[name=verdict][value=violation]")
    await page.check("[name=category][value=extortion]")
    await press(page, "[data-action=stay]")
    await press(page, "[data-action=undo]")
    await page.click("details.reveal summary")
    await page.select_option("[name=purpose]", "rule")
    await press(page, "details.reveal button")
    revealed = await page.content()
    await page.click("details.move[data-action=skip] summary")
    await page.select_option("details.move[data-action=skip] select", "language")
    await press(page, "details.move[data-action=skip] button")

    assert world.PHONE in revealed
    assert decisions(room) == [("violation", "extortion", 4)]
    assert rows(room.desk.archive_path, "SELECT reason FROM skips") == [("language",)]


async def test_nothing_is_kept_in_the_browser(room: Room) -> None:
    page = await room.signed_in()
    await start(page)
    for path in ("/queue", "/own", "/search?q=database", f"/channels/{world.LEAKS}", "/help"):
        await page.goto(path)

    kept = await page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
            (await caches.keys().catch(() => [])).length, document.cookie]"""
    )

    assert kept == [0, 0, 0, 0, ""]


async def test_hostile_text_runs_nothing_and_turns_no_line_of_ours(room: Room) -> None:
    page = await room.signed_in()
    case_id = case_with(room.desk, world.HOSTILE_THREAT)

    for path in (f"/cases/{case_id}", "/queue", f"/channels/{world.LEAKS}", "/search?q=alert"):
        await page.goto(path)
        assert await page.locator("main img").count() == 0
    await page.goto(f"/cases/{case_id}")

    assert await page.locator(".invisible").first.inner_text() == "RLO"


async def test_a_dispute_is_settled_by_a_lead_who_sees_both_sides(room: Room) -> None:
    for name, verdict in (("reviewer", "violation"), ("second", "cannot_tell")):
        page = await room.signed_in(name)
        await page.goto(f"/cases/{case_with(room.desk, world.THREAT)}")
        await press(page, "[data-action=start]")
        await page.check(f"[name=verdict][value={verdict}]")
        if verdict == "violation":
            await page.check("[name=category][value=extortion]")
        await press(page, "[data-action=stay]")
    lead = await room.signed_in(Role.LEAD, language="ar")
    await lead.goto("/disputes")
    await press(lead, ".cases a")
    boxes = [await each.bounding_box() for each in await lead.locator("article.decision").all()]
    await press(lead, "[data-action=start]")
    await lead.keyboard.press("v")
    await lead.keyboard.press("4")
    await lead.keyboard.press("c")
    await lead.keyboard.type("a price is named")
    async with lead.expect_navigation():
        await lead.keyboard.press("Control+Enter")

    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["y"] == boxes[1]["y"]
    assert rows(room.desk.archive_path, "SELECT review FROM cases WHERE state = 'decided'") == [
        ("adjudicated",)
    ]


def seconds_left(room: Room) -> float:
    """Return how long the newest lease lasts, by the clock of the desk."""
    until = rows(room.desk.archive_path, "SELECT expires_at FROM leases ORDER BY lease_id DESC LIMIT 1")[0][0]
    return float(until) / 1e6 - room.desk.clock().timestamp()


async def settled(room: Room) -> float:
    """Return how long the newest lease lasts once the beacon of a page that closed has come."""
    watcher = await room.anyone()
    for _ in range(50):
        if seconds_left(room) <= 30:
            break
        await watcher.wait_for_timeout(100)
    return seconds_left(room)
