"""A case from its first reading to the last word, at `archiver serve`, by keys of two layouts, and proven."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.journeys.oracle import rows
from tests.review.browser.browsing import press
from tests.review.browser.office import Office, Person
from tests.review.browser.photographs import Photographer

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(300)]

FIRST_THOUGHT = {"ar": "ابتزاز واضح، والمبلغ مذكور", "en": "a threat, and a price"}
OTHER_THOUGHT = {"ar": "لا يمكن الجزم، ربما منقول", "en": "may be quoted from elsewhere"}
STORY = [
    ("R-01", "case.claimed"),
    ("R-01", "text.revealed"),
    ("R-01", "decision.made"),
    ("R-01", "decision.retracted"),
    ("R-01", "case.claimed"),
    ("R-01", "decision.made"),
    ("R-02", "case.claimed"),
    ("R-02", "decision.made"),
    ("R-03", "case.claimed"),
    ("R-03", "decision.adjudicated"),
]
GROUND = "each => getComputedStyle(each).background"
LAST_WORD = {"ar": "تهديد مباشر بمهلة ومبلغ", "en": "a direct threat with a deadline"}


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_two_differ_a_lead_settles_it_and_the_log_proves_it(
    office: Office, pictures_folder: Path, language: str
) -> None:
    photographer = Photographer(folder=pictures_folder, language=language)
    await photographer.take(await door(office, language), "sign-in")
    first = await office.enters("amal", language)
    await photographer.take(first.page, "queue")
    await first.go("KeyS")
    await photographer.take(first.page, "case")
    await reads_why(first, photographer)
    await reveals(first)
    case_id = await decides_and_thinks_again(first, photographer, note=FIRST_THOUGHT[language])

    second = await office.enters("hiwa", language)
    await takes_from_the_queue(second, case_id)
    sees_no_other(await second.page.content(), note=FIRST_THOUGHT[language])
    await second.strike("KeyT", "Digit1")
    await second.write_note(OTHER_THOUGHT[language])
    await second.save()

    lead = await office.enters("layla", language)
    await finds_the_dispute(lead, case_id)
    await photographer.take(lead.page, "adjudication")
    await says_the_last_word(lead, note=LAST_WORD[language])

    proven = json.loads((await office.command.run("verify", "--json")).out)
    assert (proven["sound"], proven["broken_link"]) == (True, None)
    assert story(office, case_id) == STORY


async def door(office: Office, language: str) -> Page:
    """Return the page on which one signs in."""
    page = await office.browsing.anyone()
    await page.goto(f"/sign-in?language={language}")
    return page


async def reads_why(person: Person, photographer: Photographer) -> None:
    """See what was found, walk through it, and go where the score and the priority are explained."""
    page, case = person.page, person.page.url
    await person.strike("KeyW")
    await expect(page.locator("#why")).to_be_focused()
    assert await page.locator("#why .terms .place").count() >= 2
    await person.strike("KeyJ")
    grounds = [await page.locator(each).evaluate(GROUND) for each in ("#found-1", "#post .text")]
    await expect(page.locator("#found-1")).to_be_focused()
    assert grounds[0] != grounds[1]
    await press(page, "#why .head a")
    factors = [
        number(await each.inner_text())
        for each in await page.locator("table >> nth=0 >> tbody .figure").all()
    ]
    product = number(await page.locator("table >> nth=0 >> tfoot .figure").inner_text())
    assert len(factors) == 4
    assert factors[0] * factors[1] * factors[2] * factors[3] == pytest.approx(product, rel=0.02)
    await photographer.take(page, "why")
    await page.goto(case)
    await press(page, ".from .channel")
    await photographer.take(page, "channel")
    await page.goto(case)


def number(text: str) -> float:
    """Return what a number of any script says."""
    return float(text.replace(",", "").replace("٬", "").replace("٫", "."))


async def reveals(person: Person) -> None:
    """See what is masked, for a purpose."""
    page = person.page
    assert "077" not in await page.locator("#post .text").inner_text()
    await person.strike("KeyR")
    await person.choose(page.locator("[name=purpose]"), "victim")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    assert "0771 000 0044" in await page.locator("#post .text").inner_text()


async def decides_and_thinks_again(person: Person, photographer: Photographer, *, note: str) -> int:
    """Decide, take it back, and decide again; return the case."""
    case_id = person.case_id
    await person.strike("KeyV", "Digit4", "BracketLeft")
    await person.save()
    assert person.case_id != case_id
    await person.go("KeyU")
    assert person.case_id == case_id
    await person.strike("KeyV", "Digit4", "BracketRight")
    await person.write_note(note)
    await photographer.take(person.page, "decision")
    await person.save()
    return case_id


async def takes_from_the_queue(person: Person, case_id: int) -> None:
    """Find a case in the list, and take it."""
    await press(person.page, f".cases a[href='/cases/{case_id}']")
    await person.go("KeyS")
    assert person.case_id == case_id


def sees_no_other(html: str, *, note: str) -> None:
    """See no sign of a first decision."""
    assert "R-02" in html
    assert "R-01" not in html
    assert note not in html
    assert 'id="decisions"' not in html


async def finds_the_dispute(person: Person, case_id: int) -> None:
    """Find a case where two differ, take it, and see both sides."""
    page = person.page
    await press(page, ".rooms a[href='/disputes']")
    await press(page, f".cases a[href='/cases/{case_id}']")
    await person.go("KeyS")
    await expect(page.locator("article.decision:not(.retracted)")).to_have_count(2)


async def says_the_last_word(person: Person, *, note: str) -> None:
    """Adjudicate."""
    case = urlsplit(person.page.url).path
    await person.strike("KeyV", "Digit4")
    await person.write_note(note)
    await person.save()
    await person.page.goto(case)
    await expect(person.page.locator("article.decision.stands")).to_contain_text(note)


def story(office: Office, case_id: int) -> list[tuple[str, str]]:
    """Return what the audit log says happened to a case: who, and what."""
    sql = "SELECT actor, kind FROM audit_events WHERE target = ? ORDER BY audit_event_id"
    return [(row[0], row[1]) for row in rows(office.command.folder / "archive.db", sql, f"case {case_id}")]
