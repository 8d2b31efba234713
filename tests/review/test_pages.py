"""The other pages: the queue and its filters, many cases at once, own work, channels, figures, help."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.flag import Category
from archiver.domain.preferences import LANGUAGES, Preferences
from archiver.domain.reviewer import Role
from archiver.review.shortcuts import SHORTCUTS, keys
from tests.journeys.oracle import rows
from tests.review import world
from tests.review.conftest import RunningDesk, a_house, run_desk
from tests.review.steps import NEWS, Page, case_with, choose_language, decide, mild_cases, start, take

pytestmark = pytest.mark.asyncio

ADDRESSES = (
    "/queue", "/own", "/search", "/search?q=database", "/rules", "/statistics", "/help", "/me", "/pause",
    f"/channels/{world.LEAKS}", f"/channels/{world.PRESS}?days=7&before=4", "/cases/1", "/cases/2/why",
    "/queue?state=decided", "/queue?severity=3&category=extortion&language=ar",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_speaks_every_language_in_its_direction(desk: RunningDesk, language: str) -> None:
    client = await desk.signed_in()
    await choose_language(client, language)
    direction = "rtl" if language in {"ar", "ckb"} else "ltr"

    for address in ADDRESSES:
        answer = await client.get(address)
        assert answer.status_code == 200, address
        (root,) = Page(answer.text).all("html")
        assert (root["lang"], root["dir"]) == (language, direction)


async def test_the_queue_is_filtered_and_counted(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    threat, sale = case_with(desk, world.THREAT), case_with(desk, world.SALE)

    everything = (await client.get("/queue")).text
    severe = (await client.get("/queue?severity=4")).text
    english = (await client.get("/queue?language=en")).text
    press = (await client.get(f"/queue?channel={world.PRESS}")).text

    assert f'href="/cases/{threat}"' in everything
    assert f'href="/cases/{sale}"' in everything
    assert "6 cases wait." in everything
    assert f'href="/cases/{sale}"' not in severe
    assert f'href="/cases/{threat}"' not in english
    assert [f'href="/cases/{each}"' in press for each in (threat, sale)] == [False, True]


@pytest.mark.parametrize(
    "query",
    [
        "severity=9",
        "category=x",
        "language=xx",
        "state=x",
        "channel=-1",
        "after=nan,1",
        "after=x,2",
        "after=inf,3",
    ],
)
async def test_a_filter_that_is_none_of_ours_filters_nothing(desk: RunningDesk, query: str) -> None:
    client = await desk.signed_in()

    assert (await client.get(f"/queue?{query}")).status_code == 200


async def test_a_long_queue_goes_on_where_the_page_ended(desk: RunningDesk) -> None:
    await mild_cases(desk, 60)
    client = await desk.signed_in()

    first = Page((await client.get("/queue")).text)
    (more,) = first.all("a", rel="next")
    second = Page((await client.get(more["href"])).text)

    def listed(page: Page) -> set[str]:
        return {own["href"] for own in page.all("a") if own.get("href", "").startswith("/cases/")}

    assert len(listed(first)) == 50
    assert len(listed(first) | listed(second)) == 66


async def test_many_cases_are_seen_again_decided_and_taken_back_as_one(desk: RunningDesk) -> None:
    mild = await mild_cases(desk, 12)
    client = await desk.signed_in()
    severe = case_with(desk, world.THREAT)
    ids = [str(each) for each in mild]

    preview = await client.post("/bulk/preview", data={"case": [*ids, str(severe), "x"]})
    versions = {own["name"]: own["value"] for own in Page(preview.text).all("input", type="hidden")}
    incomplete = await client.post("/bulk", data={**versions, "verdict": "not_a_violation"})
    done = await client.post("/bulk", data={**versions, **NEWS})
    decided = rows(desk.archive_path, "SELECT count(*) FROM decisions WHERE bulk IS NOT NULL")
    (undo,) = [own["action"] for own in Page(done.text).all("form") if "/bulk/" in own["action"]]
    undone = await client.post(undo)

    assert "12 cases would be decided" in preview.text
    assert "decided one by one" in preview.text
    assert incomplete.status_code == 422
    assert "12 cases were decided." in done.text
    assert decided == [(12,)]
    assert "12 decisions were taken back." in undone.text
    assert rows(desk.archive_path, "SELECT DISTINCT state FROM cases") == [("open",)]


async def test_too_many_cases_at_once_are_refused(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    answer = await client.post("/bulk/preview", data={"case": [str(number) for number in range(1, 202)]})

    assert answer.status_code == 409
    assert "200 cases at most" in answer.text


async def test_own_work_shows_what_one_did_to_oneself_alone(desk: RunningDesk) -> None:
    client, other = await desk.signed_in(), await desk.signed_in("second")
    await decide(client, await start(client), NEWS, note="seen it in the news", then="stay")

    own, theirs = await client.get("/own"), await other.get("/own")

    assert "seen it in the news" in own.text
    assert "/decisions/1/undo" in own.text
    assert "1 / 40" in own.text
    assert "seen it in the news" not in theirs.text


async def test_what_is_not_for_today_is_not_given(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    answer = await client.post("/own/not-today", data={"category": ["extortion", "nonsense"]})
    page = Page((await client.get("/own")).text)
    path = await start(client)

    assert answer.headers["location"] == "/own?done=not-today"
    assert [own["value"] for own in page.all("input", name="category") if "checked" in own] == ["extortion"]
    assert path != f"/cases/{case_with(desk, world.THREAT)}"


async def test_a_pause_is_proposed_and_going_on_is_one_click(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    await client.post("/me/preferences", data={"pause_minutes": "5"})
    path = await start(client)
    desk.clock.advance(timedelta(minutes=6))

    after = await decide(client, path, NEWS)
    shown = await client.get(after.headers["location"])
    on = await client.post("/claims", data={"go_on": "yes"})

    assert after.headers["location"].startswith("/pause")
    assert "6 minutes" in shown.text
    assert on.headers["location"].startswith("/cases/")


async def test_an_empty_queue_is_said_to_be_empty(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    await client.post("/own/not-today", data={"category": list(Category)})

    answer = await client.post("/claims")

    assert answer.headers["location"] == "/queue?empty=yes"
    assert "No case waits for you" in (await client.get("/queue?empty=yes")).text


async def test_a_channel_shows_its_names_its_chart_and_its_cases(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    page = (await client.get(f"/channels/{world.LEAKS}")).text

    assert "@basra_leaks" in page
    assert '<path class="line"' in page
    assert "Reachable" in page
    assert f'href="/cases/{case_with(desk, world.THREAT)}"' in page


async def test_a_rule_has_a_precision_once_enough_cases_were_decided(desk: RunningDesk) -> None:
    await mild_cases(desk, 12)
    client, second = await desk.signed_in(), await desk.signed_in("second")
    ids = [str(row[0]) for row in rows(desk.archive_path, "SELECT case_id FROM cases WHERE severity = 1")]
    for each in (client, second):
        preview = await each.post("/bulk/preview", data={"case": ids})
        versions = {own["name"]: own["value"] for own in Page(preview.text).all("input", type="hidden")}
        if versions:
            await each.post("/bulk", data={**versions, **NEWS})

    page = (await client.get("/rules")).text

    assert "test.rule" in page
    assert "<svg" in page
    assert "0%" in page


async def test_below_fifty_pairs_no_agreement_is_told(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    page = (await client.get("/statistics?days=30")).text

    assert "0 pairs of independent decisions." in page
    assert "Below 50 pairs no figure is told." in page


async def test_the_quota_of_reveals_is_that_of_the_house(desk_path: object) -> None:
    async with run_desk(desk_path, a_house(reveals_per_day=1)) as desk:  # type: ignore[arg-type]
        client = await desk.signed_in()
        await client.post(f"/cases/{case_with(desk, world.THREAT)}/reveal", data={"purpose": "rule"})

        second = await client.post(f"/cases/{case_with(desk, world.LEAK)}/reveal", data={"purpose": "rule"})

        assert second.status_code == 429
        assert world.PHONE not in second.text


async def test_help_lists_every_key_and_the_page_tells_the_script_of_each(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    answer = await client.get("/help")

    (body,) = Page(answer.text).all("body")
    assert body["data-keys"] == keys(Preferences())
    for shortcut in SHORTCUTS:
        assert shortcut.label in answer.text.replace("&#39;", "'")


async def test_keys_are_given_anew_and_turned_off(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    fields = {f"shortcut.{each.action}": "" for each in SHORTCUTS} | {"shortcut.violation": "KeyN"}

    answer = await client.post("/me/preferences", data=fields)
    (body,) = Page((await client.get("/help")).text).all("body")
    await client.post("/me/preferences", data={"has_shortcuts": "no"})
    (silent,) = Page((await client.get("/help")).text).all("body")

    assert answer.status_code == 303
    assert '"KeyN":"violation"' in body["data-keys"]
    assert "not_a_violation" not in body["data-keys"]
    assert silent["data-keys"] == "{}"


async def test_an_auditor_reads_and_has_no_button_that_decides(desk: RunningDesk) -> None:
    client = await desk.signed_in(Role.AUDITOR)

    for address in ("/queue", "/cases/1", f"/channels/{world.LEAKS}", "/rules", "/statistics"):
        page = Page((await client.get(address)).text)
        assert [own["action"] for own in page.all("form", method="post")] == ["/sign-out"], address


async def test_a_case_that_somebody_holds_is_marked_in_the_queue(desk: RunningDesk) -> None:
    holder, other = await desk.signed_in(), await desk.signed_in("second")
    await take(holder, case_with(desk, world.LEAK))

    assert "R-01" in (await other.get("/queue")).text
    assert "You hold:" in (await holder.get("/queue")).text
