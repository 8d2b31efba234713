"""No page holds what is masked, and what strangers wrote is text and nothing else, on every page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from archiver.domain.folding import fold
from archiver.domain.reviewer import Role
from archiver.review.routes import PAGES
from tests.review import world
from tests.review.conftest import RunningDesk
from tests.review.steps import Page, case_with, decide, start

pytestmark = pytest.mark.asyncio

HIDDEN = {
    "07701234567", "4539148803436467", "07717654321", "07723334444", "علي حسن كاظم", "سعاد مهدي",
    "حيدر عبد الأمير", "evil.example",
}  # fmt: skip
OUTWARD = re.compile(r"^\s*(?:[a-z]+:|//)", re.IGNORECASE)


def addresses(case_id: int) -> Iterator[str]:
    """Yield every page that is asked for with GET, with ids of things that are there."""
    for page in PAGES:
        if page.method == "GET" and page.path != "/healthz":
            path = page.path.replace("{case_id}", str(case_id))
            yield re.sub(r"\{channel_id\}", str(world.LEAKS), path)
    yield "/search?q=" + "تسريب"
    yield "/search?q=alert"
    yield f"/channels/{world.MARKET}"
    yield "/queue?state=decided"


def spoken(html: str) -> str:
    """Return a page with its digits of any script as ASCII, and what separates them left out."""
    text = "".join(str(int(character)) if character.isdecimal() else character for character in html)
    return re.sub(r"(?<=\d)[\s().-]+(?=\d)", "", text)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD, Role.AUDITOR])
async def test_no_page_holds_personal_data_that_was_not_revealed(desk: RunningDesk, role: Role) -> None:
    first = await desk.signed_in("second")
    await decide(first, await start(first), {"verdict": "cannot_tell"}, note=f"call {world.PHONE}")
    client = await desk.signed_in(role)
    leaks = {}

    for text in (world.LEAK, world.THREAT, world.SALE, world.KURDISH):
        for address in addresses(case_with(desk, text)):
            answer = await client.get(address)
            found = {value for value in HIDDEN if value in spoken(answer.text) or value in answer.text}
            if found:
                leaks[address] = found

    assert leaks == {}


async def test_the_same_number_in_two_cases_has_the_same_sign_and_others_have_another(
    desk: RunningDesk,
) -> None:
    client = await desk.signed_in()

    sale, kurdish, leak = [
        set(re.findall(r"phone number ([0-9a-f]{8})", (await client.get(f"/cases/{case}")).text))
        for case in (case_with(desk, text) for text in (world.SALE, world.KURDISH, world.LEAK))
    ]

    assert len(sale) == 1
    assert sale < leak
    assert sale < kurdish


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
async def test_what_strangers_wrote_is_text_and_nothing_else(desk: RunningDesk, role: Role) -> None:
    client = await desk.signed_in(role)
    case_id = case_with(desk, world.HOSTILE_THREAT)

    for address in addresses(case_id):
        html = (await client.get(address)).text
        page = Page(html)
        assert [own for own in page.all("script") if not own.get("src", "").startswith("/static/")] == []
        assert page.all("img") == []
        for _, own in page.tags:
            assert [name for name in own if name.startswith("on") or name in {"style", "srcdoc"}] == []
            assert not OUTWARD.match(own.get("href", "")), own
            assert not OUTWARD.match(own.get("action", "")), own
        assert "\u202e" not in html
    assert "RLO" in (await client.get(f"/cases/{case_id}")).text


async def test_a_search_finds_what_shows_and_not_what_is_masked(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    for hidden in ("0770*", "كاظم", "4539*"):
        answer = await client.get("/search", params={"q": hidden})
        assert Page(answer.text).all("mark") == [], hidden
    refused = await client.get("/search", params={"q": world.PHONE})
    found = await client.get("/search", params={"q": "تسريب"})

    assert "does not tell" in refused.text
    assert Page(refused.text).all("mark") == []
    assert Page(found.text).all("mark") != []
    assert f"/cases/{case_with(desk, world.LEAK)}" in found.text


async def test_a_query_that_is_none_is_said_to_be_none(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    answer = await client.get("/search", params={"q": "((("})

    assert answer.status_code == 200
    assert "brackets" in answer.text


async def test_a_match_within_a_mask_does_not_tell_its_letters(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    case_id = case_with(desk, world.HOSTILE_THREAT)

    for address in (f"/cases/{case_id}", f"/cases/{case_id}/why"):
        page = Page((await client.get(address)).text)
        assert "ampl" not in fold(page.text).text.split(), address
