"""What programs read: the queue, a case, channels, posts, figures; all of it masked."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from archiver.domain.reveal import Purpose
from archiver.domain.reviewer import Role
from archiver.review.api.routes import ROUTES
from tests.review import world
from tests.review.api.steps import EXTORTION, aim, code, program
from tests.review.conftest import RunningDesk
from tests.review.steps import case_with, mild_cases
from tests.review.test_privacy import HIDDEN, spoken

pytestmark = pytest.mark.asyncio


async def test_the_list_goes_on_where_it_ended_and_holds_every_case_once(desk: RunningDesk) -> None:
    client = await program(desk)
    whole = [line["case"]["case_id"] for line in (await client.get("/queue")).json()["cases"]]

    parts: list[int] = []
    after: dict[str, str] = {}
    while True:
        told = (await client.get("/queue", params={"limit": 2, **after})).json()
        parts += [line["case"]["case_id"] for line in told["cases"]]
        if told["after"] is None:
            break
        after = {"after": told["after"]}

    assert parts == whole
    assert len(set(whole)) == len(whole) == (await client.get("/queue/counts")).json()["waiting"]


async def test_a_filter_leaves_out_what_it_does_not_name(desk: RunningDesk) -> None:
    client = await program(desk)
    every = (await client.get("/queue")).json()["cases"]

    found = (await client.get("/queue", params={"category": "extortion"})).json()["cases"]

    assert found == [line for line in every if line["case"]["category"] == "extortion"] != []
    assert found != every


async def test_a_case_says_which_characters_of_which_text_were_matched(desk: RunningDesk) -> None:
    client = await program(desk)
    case_id = case_with(desk, world.THREAT)

    answer = await client.get(f"/cases/{case_id}")

    told = answer.json()
    shown, version = told["shown"], told["case"]["version"]
    assert answer.headers["etag"] == f'W/"{version}"'
    assert [(each["channel_id"], each["post_id"]) for each in told["posts"]] == [
        (world.MARKET, 2), (world.LEAKS, 6),
    ]  # fmt: skip
    assert told["posts"][0]["tombstoned_at"] is not None
    numbered = {number for part in shown["text"]["segments"] for number in part["places"]}
    named = {number for flag in shown["flags"] for match in flag["matches"] for number in match["places"]}
    assert numbered == named != set()
    assert {part["masked_as"] for part in shown["text"]["segments"]} > {None}
    assert (told["allowed"], told["decisions"], told["holder"]) == (["claim"], [], None)


async def test_a_post_of_a_case_is_shown_that_was_asked_for(desk: RunningDesk) -> None:
    client = await program(desk)
    case_id = case_with(desk, world.THREAT)

    told = (await client.get(f"/cases/{case_id}", params={"post": f"{world.MARKET}/2"})).json()["shown"]

    assert (told["channel_id"], told["post_id"]) == (world.MARKET, 2)


async def test_whoever_comes_second_learns_nothing_of_the_first(desk: RunningDesk) -> None:
    first, second, auditor = (
        await program(desk),
        await program(desk, "second"),
        await program(desk, "auditor"),
    )
    path, aimed = await aim(first, case_with(desk, world.THREAT))
    await first.post(f"{path}/decide", json=EXTORTION | aimed)

    told = (await second.get(path)).json()
    known = (await auditor.get(path)).json()

    assert (told["case"]["state"], told["decisions"]) == ("open", [])
    assert known["case"]["state"] == "second_review"
    assert [(each["verdict"], each["reviewer"]) for each in known["decisions"]] == [("violation", "R-01")]


async def test_the_watch_list_and_a_channel_are_told(desk: RunningDesk) -> None:
    client = await program(desk)

    every = (await client.get("/channels")).json()["channels"]
    told = (await client.get(f"/channels/{world.PRESS}", params={"after": 8})).json()

    assert [each["handle"] for each in every] == ["basra_leaks", "data_bazar", "rafidain_press"]
    assert (told["handle"], told["labels"], told["post_count"]) == ("rafidain_press", ["press"], 8)
    assert told["title"]["plain"] == "صحافة الرافدين"
    assert [post["post_id"] for post in told["posts"]] == [7, 6, 5, 4, 3, 2, 1]
    assert told["after"] is None
    assert [(each["fact"], each["value"]["plain"]) for each in told["facts"]] == [("title", "صحافة الرافدين")]
    assert len(told["subscribers"]) == 5
    assert code(await client.get("/channels/4711")) == (404, "not_found")


async def test_the_watch_list_goes_on_where_it_ended(desk: RunningDesk) -> None:
    client = await program(desk)

    first = (await client.get("/channels", params={"limit": 2})).json()
    rest = (await client.get("/channels", params={"limit": 2, "after": first["after"]})).json()
    lost = await client.get("/channels", params={"after": "nobody"})

    assert [each["handle"] for each in first["channels"]] == ["basra_leaks", "data_bazar"]
    assert (first["after"], rest["after"]) == ("data_bazar", None)
    assert [each["handle"] for each in rest["channels"]] == ["rafidain_press"]
    assert code(lost) == (422, "invalid")


async def test_a_channel_is_read_post_by_post_to_its_first(desk: RunningDesk) -> None:
    await mild_cases(desk, 45)
    client, path = await program(desk), f"/channels/{world.MARKET}"
    whole: list[int] = []
    after: dict[str, int] = {}

    while True:
        told = (await client.get(path, params=after)).json()
        whole += [post["post_id"] for post in told["posts"]]
        if told["after"] is None:
            break
        after = {"after": told["after"]}

    assert whole == sorted(whole, reverse=True)
    assert len(set(whole)) == len(whole) == told["post_count"] == 47


async def test_what_words_find_goes_on_where_it_ended(desk: RunningDesk) -> None:
    mild = await mild_cases(desk, 45)
    client = await program(desk)

    first = (await client.get("/posts", params={"q": "ادفع"})).json()
    rest = (await client.get("/posts", params={"q": "ادفع", "after": first["after"]})).json()

    assert (first["has_more"], first["after"]) == (True, 40)
    assert (rest["has_more"], rest["after"]) == (False, None)
    found = first["posts"] + rest["posts"]
    assert set(mild) <= {each["case_id"] for each in found}
    assert len({(each["channel_id"], each["post_id"]) for each in found}) == len(found)


async def test_a_post_is_read_with_its_revisions_and_what_stands_around_it(desk: RunningDesk) -> None:
    client = await program(desk)
    path = f"/cases/{case_with(desk, world.LEAK)}"

    past = (await client.get(f"{path}/revisions")).json()
    around = (await client.get(f"{path}/surroundings")).json()

    assert [(each["revision"], each["edited_at"] is None) for each in past["revisions"]] == [
        (1, True), (2, False),
    ]  # fmt: skip
    assert len({each["digest"] for each in past["revisions"]}) == 2
    assert all(each["text"]["plain"].startswith("تسريب قاعدة") for each in past["revisions"])
    assert (around["channel_id"], around["post_id"]) == (world.LEAKS, 7)
    before, after = ([each["post_id"] for each in around[side]] for side in ("before", "after"))
    assert (before, after) == (sorted(before), sorted(after))
    assert before[-1] < 7 < after[0] == 8


async def test_posts_are_found_by_what_shows_of_them(desk: RunningDesk) -> None:
    client = await program(desk)

    found = (await client.get("/posts", params={"q": "تسريب"})).json()["posts"]

    assert case_with(desk, world.LEAK) in {each["case_id"] for each in found}
    assert (await client.get("/posts", params={"q": "كاظم"})).json()["posts"] == []
    assert code(await client.get("/posts", params={"q": world.PHONE})) == (422, "invalid")
    assert code(await client.get("/posts", params={"q": "((("})) == (422, "invalid")


async def test_figures_come_with_what_they_were_counted_from(desk: RunningDesk) -> None:
    client = await program(desk, "auditor")

    agreement = (await client.get("/agreement", params={"days": 30})).json()

    assert agreement == {
        "days": 30, "n": 0, "raw": None, "positive": None, "negative": None,
        "category": None, "severity": None,
    }  # fmt: skip


async def test_a_decision_counts_for_the_rules_that_flagged_the_case(desk: RunningDesk) -> None:
    client, second = await program(desk), await program(desk, "second")
    case_id = case_with(desk, world.THREAT)
    for each in (client, second):
        path, aimed = await aim(each, case_id)
        await each.post(f"{path}/decide", json=EXTORTION | aimed)

    rules = (await client.get("/rules")).json()["rules"]

    assert {(each["right"], each["wrong"], each["precision"]) for each in rules} == {(1, 0, None)}


def _addresses(case_id: int) -> Iterator[str]:
    for route in ROUTES:
        if route.method == "GET":
            path = route.path.replace("{case_id}", str(case_id))
            yield path.replace("{channel_id}", str(world.LEAKS))
    yield "/posts?q=تسريب"
    yield "/posts?q=alert"
    yield f"/channels/{world.MARKET}"
    yield f"/cases/{case_id}?post={world.MARKET}/2"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD, Role.AUDITOR])
async def test_no_answer_holds_personal_data(desk: RunningDesk, role: Role) -> None:
    first = await program(desk, "second")
    path, aimed = await aim(first)
    await first.post(f"{path}/decide", json={"verdict": "cannot_tell", "note": f"call {world.PHONE}"} | aimed)
    client = await program(desk, role)
    leaks = {}

    for text in (world.LEAK, world.THREAT, world.SALE, world.KURDISH, world.HOSTILE_THREAT):
        for address in _addresses(case_with(desk, text)):
            answer = (await client.get(address)).text
            found = {value for value in HIDDEN if value in spoken(answer) or value in answer}
            if found or "\u202e" in answer:
                leaks[address] = found

    assert leaks == {}


async def test_a_lifted_veil_on_the_page_lifts_nothing_here(desk: RunningDesk) -> None:
    browser, client = await desk.signed_in(), await program(desk)
    case_id = case_with(desk, world.THREAT)
    await browser.post(f"/cases/{case_id}/claim")
    await browser.post(f"/cases/{case_id}/reveal", data={"purpose": Purpose.VICTIM})
    assert world.PHONE in (await browser.get(f"/cases/{case_id}")).text

    told = (await client.get(f"/cases/{case_id}")).json()

    assert world.PHONE not in json.dumps(told, ensure_ascii=False)
