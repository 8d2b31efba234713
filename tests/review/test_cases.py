"""A case in a browser without script: claimed, decided, handed on, taken back, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.ids import RunId
from archiver.domain.reviewer import Role
from tests.builders import NOON, a_post
from tests.journeys.oracle import rows
from tests.review import world
from tests.review.conftest import RunningDesk
from tests.review.steps import NEWS, VIOLATION, Page, aim, case_with, decide, start, states, take
from tests.storage.steps import observe

pytestmark = pytest.mark.asyncio

MINUTE = timedelta(minutes=1)


def events(desk: RunningDesk, kind: str) -> int:
    sql = "SELECT count(*) FROM audit_events WHERE kind = ?"
    return int(rows(desk.archive_path, sql, kind)[0][0])


async def test_start_leads_to_the_worst_case_and_saving_to_the_next(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    path = await start(client)
    answer = await decide(client, path, VIOLATION, note="they name a price")

    assert path == f"/cases/{case_with(desk, world.HOSTILE_THREAT)}"
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/cases/")
    assert not answer.headers["location"].startswith(path + "?")
    page = await client.get(answer.headers["location"])
    assert "Saved." in page.text
    assert "/undo" in page.text


async def test_a_page_shows_why_with_numbers_that_lead_into_the_text(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    path = f"/cases/{case_with(desk, world.LEAK)}"

    page = Page((await client.get(path)).text)

    anchors = {own["id"] for own in page.all("mark") if "id" in own}
    links = {
        own["href"].removeprefix("#") for own in page.all("a") if own.get("href", "").startswith("#found-")
    }
    assert links
    assert links <= anchors
    assert [own for own in page.all("a") if own.get("href") == f"{path}/why"]


async def test_an_edit_stands_beside_what_was_before(desk: RunningDesk) -> None:
    client, case_id = await desk.signed_in(), case_with(desk, world.SALE)
    edited = a_post(
        8, text=world.SALE.replace("40,000", "50,000"), channel_id=world.PRESS, edited_at=NOON, as_of=200
    )
    async with desk.desk.archive.write() as tx:
        await observe(tx, RunId(1), [edited], at=NOON)

    html = (await client.get(f"/cases/{case_id}")).text

    assert "<del>40,000</del>" in html
    assert "<ins>50,000</ins>" in html
    assert "Edited since" in html


async def test_an_edit_of_what_is_masked_is_said_and_not_shown(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    html = (await client.get(f"/cases/{case_with(desk, world.LEAK)}")).text

    assert "differ in what is masked" in html
    assert "المزيد" not in html


async def test_a_repost_is_one_case_and_says_where_and_that_it_is_gone(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    path = f"/cases/{case_with(desk, world.THREAT)}"

    html = (await client.get(path)).text
    other = (await client.get(f"{path}?post={world.MARKET}/2")).text

    assert f"?post={world.MARKET}/2" in html
    assert "Gone at Telegram" not in html
    assert "Gone at Telegram" in other


async def test_what_else_a_violation_is_is_kept_and_shown_to_those_who_may_know(desk: RunningDesk) -> None:
    client, auditor = await desk.signed_in(), await desk.signed_in(Role.AUDITOR)
    path = await start(client)
    others = {"other_category": ["doxxing_threat", "extortion", "nonsense", "sextortion"]}

    lacking = await decide(client, path, {"verdict": "violation", "severity": "3", **others})
    await decide(client, path, {**VIOLATION, **others})

    kept = {
        own["value"] for own in Page(lacking.text).all("input", name="other_category") if "checked" in own
    }
    assert kept == {"doxxing_threat", "extortion", "sextortion"}
    sql = "SELECT number, category FROM decision_categories ORDER BY number"
    assert rows(desk.archive_path, sql) == [(1, "sextortion"), (2, "doxxing_threat")]
    assert "<dt>Other categories</dt><dd>Sextortion<br>Doxxing threat</dd>" in (await auditor.get(path)).text


@pytest.mark.parametrize(
    ("ruling", "said"),
    [
        ({}, "Choose a verdict."),
        ({"verdict": "violation", "severity": "3"}, "needs a category"),
        ({"verdict": "violation", "category": "extortion"}, "needs a severity"),
        ({"verdict": "not_a_violation"}, "Choose a reason."),
        ({"verdict": "not_a_violation", "reason.not_a_violation": "other"}, "Write a note"),
        ({"verdict": "maybe", "category": "x", "severity": "9"}, "Choose a verdict."),
    ],
)
async def test_what_is_not_whole_is_not_saved_and_comes_back(
    desk: RunningDesk, ruling: dict[str, str], said: str
) -> None:
    client = await desk.signed_in()
    path = await start(client)

    answer = await decide(client, path, ruling, confidence="unsure")

    assert answer.status_code == 422
    assert said in answer.text
    page = Page(answer.text)
    assert "checked" in page.all("input", name="confidence", value="unsure")[0]
    if ruling.get("verdict") == "violation":
        assert "checked" in page.all("input", name="verdict", value="violation")[0]
    assert events(desk, "decision.made") == 0


async def test_a_late_decision_is_refused_and_its_note_goes_along_when_the_case_is_taken_again(
    desk: RunningDesk,
) -> None:
    client = await desk.signed_in()
    path = await start(client)
    form = await aim(client, path)
    desk.clock.advance(10 * MINUTE)

    late = await client.post(f"{path}/decide", data={**form, **VIOLATION, "note": "half a thought"})

    assert late.status_code == 409
    assert "half a thought" in late.text
    assert "Take it again" in late.text
    kept = {own["name"]: own["value"] for own in Page(late.text).all("input", type="hidden")}
    again = await client.post(f"{path}/claim", data={**kept, "note": "half a thought"})
    assert again.status_code == 200
    assert "half a thought" in again.text
    page = Page(again.text)
    assert "checked" in page.all("input", name="category", value="extortion")[0]
    saved = await client.post(
        f"{path}/decide",
        data={
            **VIOLATION,
            "token": page.value("token"),
            "version": page.value("version"),
            "command": "decide",
        },
    )
    assert saved.status_code == 303
    assert events(desk, "decision.made") == 1


async def test_two_clicks_are_one_decision(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    path = await start(client)
    form = {**await aim(client, path), **VIOLATION}

    first, second = (
        await client.post(f"{path}/decide", data=form),
        await client.post(f"{path}/decide", data=form),
    )

    assert (first.status_code, second.status_code) == (303, 303)
    assert events(desk, "decision.made") == 1


async def test_a_stale_page_is_refused(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    path = await start(client)
    form = await aim(client, path)

    answer = await client.post(f"{path}/decide", data={**form, **VIOLATION, "version": "77"})

    assert answer.status_code == 409
    assert "has changed" in answer.text


async def test_a_decision_is_undone_within_a_quarter_of_an_hour_and_not_after(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    path = await start(client)
    await decide(client, path, VIOLATION, then="stay")
    desk.clock.advance(14 * MINUTE)

    undone = await client.post("/decisions/1/undo")
    await decide(client, path, NEWS, then="stay")
    desk.clock.advance(16 * MINUTE)
    late = await client.post("/decisions/3/undo")

    assert undone.headers["location"] == path
    assert late.status_code == 409
    assert "too late" in late.text


async def test_a_case_is_left_in_every_way_there_is(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    seen = {}

    for move, fields in (
        ("skip", {"reason": "wellbeing"}),
        ("snooze", {"hours": "4"}),
        ("escalate", {"reason": "danger", "note": "now"}),
        ("release", {}),
    ):
        path = await start(client)
        answer = await client.post(f"{path}/{move}", data={**await aim(client, path), **fields})
        assert answer.status_code == 303, move
        seen[move] = states(desk)[int(path.rpartition("/")[2])]

    assert seen == {"skip": "open", "snooze": "snoozed", "escalate": "escalated", "release": "open"}


@pytest.mark.parametrize(
    ("move", "said"),
    [
        ("skip", "Choose a reason."),
        ("escalate", "Choose a reason."),
        ("snooze", "Choose a time"),
        ("reveal", "reason"),
    ],
)
async def test_a_move_without_its_reason_is_not_made(desk: RunningDesk, move: str, said: str) -> None:
    client = await desk.signed_in()
    path = await start(client)

    answer = await client.post(f"{path}/{move}", data=await aim(client, path))

    assert answer.status_code == 422
    assert said in answer.text
    assert "Give it back" in answer.text


async def test_who_holds_nothing_sees_who_does_and_a_lead_may_take_over(desk: RunningDesk) -> None:
    holder, other = await desk.signed_in(), await desk.signed_in("second")
    lead = await desk.signed_in(Role.LEAD)
    path = await start(holder)
    form = {**await aim(holder, path), **VIOLATION, "note": "kept all the same"}

    theirs = await other.get(path)
    refused = await other.post(f"{path}/claim")
    taken = await lead.post(f"{path}/take-over", data={"reason": "danger"})
    lost = await holder.post(f"{path}/decide", data=form)

    assert "Somebody works on it" in theirs.text
    assert "/decide" not in theirs.text
    assert refused.status_code == 409
    assert taken.headers["location"] == path
    assert lost.status_code == 409
    assert "kept all the same" in lost.text


async def test_a_reveal_shows_what_was_masked_for_ten_minutes_and_is_one_event(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    path = f"/cases/{case_with(desk, world.THREAT)}"

    answer = await client.post(f"{path}/reveal", data={"purpose": "rule"})
    shown, hidden = await client.get(path), await client.get(f"{path}?masked=yes")
    desk.clock.advance(10 * MINUTE)
    over = await client.get(path)

    assert answer.status_code == 303
    assert world.PHONE in shown.text
    assert f'href="{path}?masked=yes"' in shown.text
    assert world.PHONE not in hidden.text
    assert world.PHONE not in over.text
    assert events(desk, "text.revealed") == 1


async def test_a_hold_lasts_while_it_is_told_to_and_a_page_that_closes_gives_it_up(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    path = await start(client)
    form = await aim(client, path)
    desk.clock.advance(9 * MINUTE)

    beat = await client.post(f"{path}/beat", data=form)
    kept = await client.post(f"{path}/keep", data=form)
    left = await client.post(f"{path}/leave", data=form)
    desk.clock.advance(MINUTE)
    lost = await client.post(f"{path}/beat", data=form)

    assert beat.json() == {"seconds": 600}
    assert kept.headers["location"] == f"{path}#decide"
    assert left.status_code == 204
    assert (lost.status_code, lost.json()) == (409, {"refusal": "lease_lost"})


async def test_a_page_that_is_loaded_anew_keeps_the_hold_though_the_old_one_closed(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    path = await start(client)
    old = await aim(client, path)
    new = await aim(client, path)

    await client.post(f"{path}/leave", data=old)
    desk.clock.advance(9 * MINUTE)

    assert (await client.post(f"{path}/beat", data=new)).status_code == 200


async def test_a_case_that_is_none_is_not_found(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    addresses = ("/cases/999", "/cases/999/why", "/cases/x", "/channels/999")
    assert {(await client.get(address)).status_code for address in addresses} == {404}


async def test_joiners_and_a_note_in_lines_are_shown_as_they_are(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    path = await start(client)

    answer = await decide(client, path, {}, note="\n  first\r\nsecond <b>")

    assert "\n\n  first\nsecond &lt;b&gt;</textarea>" in answer.text


async def test_what_one_closed_alone_is_marked_so_wherever_it_is_shown(desk: RunningDesk) -> None:
    client, case_id = await desk.signed_in(), case_with(desk, world.LEAK)
    async with desk.desk.archive.write() as tx:
        await tx.execute("UPDATE reviewers SET disabled_at = 1 WHERE role = 'lead' OR name = 'second'")
    path = await take(client, case_id)

    await decide(client, path, VIOLATION)

    listed, shown = await client.get("/queue?state=decided"), await client.get(path)
    mark = '<span class="review single">Single review</span>'
    assert (mark in listed.text, mark in shown.text) == (True, True)
