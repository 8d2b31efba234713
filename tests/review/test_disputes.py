"""Where two must decide: the second is blind, a lead settles what is disputed, and opens what was decided."""

from __future__ import annotations

import pytest

from archiver.domain.reviewer import Role
from tests.journeys.oracle import rows
from tests.review import world
from tests.review.conftest import RunningDesk
from tests.review.steps import (
    NEWS,
    VIOLATION,
    Page,
    aim,
    case_with,
    decide,
    mild_cases,
    start,
    states,
    take,
)  # fmt: skip

pytestmark = pytest.mark.asyncio


async def test_the_second_reviewer_sees_nothing_of_the_first(desk: RunningDesk) -> None:
    first, second = await desk.signed_in(), await desk.signed_in("second")
    case_id = case_with(desk, world.THREAT)
    await decide(first, await take(first, case_id), VIOLATION, note="a secret thought", then="stay")

    path = await take(second, case_id)
    pages = [(await second.get(address)).text for address in (path, f"{path}/why", "/queue", "/disputes")]

    assert states(desk)[case_id] == "second_review"
    for html in pages:
        assert "a secret thought" not in html
        assert "Second review" not in html
        assert "R-01" not in html


async def test_where_two_differ_a_lead_sees_both_and_has_the_last_word(desk: RunningDesk) -> None:
    first, second = await desk.signed_in(), await desk.signed_in("second")
    lead = await desk.signed_in(Role.LEAD)
    case_id = case_with(desk, world.THREAT)
    await decide(first, await take(first, case_id), VIOLATION, note="a threat")
    await decide(second, await take(second, case_id), NEWS, note="a report")

    listed = await lead.get("/disputes")
    path = await take(lead, case_id)
    page = await lead.get(path)
    without = await decide(lead, path, VIOLATION)
    answer = await decide(lead, path, VIOLATION, note="they name a price", then="stay")
    after = await lead.get(path)

    assert f"/cases/{case_id}" in listed.text
    assert "a threat" in page.text
    assert "a report" in page.text
    assert "The last word" in page.text
    assert without.status_code == 422
    assert answer.status_code == 303
    assert states(desk)[case_id] == "decided"
    assert "This one stands." in after.text
    assert "Settled by a lead" in after.text


async def test_a_reviewer_reads_both_sides_only_once_they_have_decided(desk: RunningDesk) -> None:
    first, second = await desk.signed_in(), await desk.signed_in("second")
    case_id = case_with(desk, world.THREAT)
    await decide(first, await take(first, case_id), VIOLATION)
    await decide(second, await take(second, case_id), NEWS, note="a report")

    assert "a report" in (await first.get(f"/cases/{case_id}")).text


async def test_a_snoozed_case_is_woken_and_a_decided_one_opened_by_a_lead(desk: RunningDesk) -> None:
    client, lead = await desk.signed_in(), await desk.signed_in(Role.LEAD)
    asleep = await start(client)
    await client.post(f"{asleep}/snooze", data={**await aim(client, asleep), "hours": "24"})
    page = Page((await lead.get(asleep)).text)

    woken = await lead.post(f"{asleep}/wake", data={"version": page.value("version")})

    assert woken.headers["location"] == asleep
    assert states(desk)[int(asleep.rpartition("/")[2])] == "open"
    second = await desk.signed_in("second")
    case_id = case_with(desk, world.THREAT)
    await decide(client, await take(client, case_id), NEWS)
    await decide(second, await take(second, case_id), NEWS)
    page = Page((await lead.get(f"/cases/{case_id}")).text)
    form = {"version": page.value("version"), "reason": "mistake"}
    opened = await lead.post(f"/cases/{case_id}/reopen", data=form)
    assert opened.status_code == 303
    assert states(desk)[case_id] == "open"


async def test_an_escalated_case_is_returned_by_a_lead(desk: RunningDesk) -> None:
    client, lead = await desk.signed_in(), await desk.signed_in(Role.LEAD)
    path = await start(client)
    await client.post(f"{path}/escalate", data={**await aim(client, path), "reason": "law", "note": "ask"})
    case_id = int(path.rpartition("/")[2])

    await take(lead, case_id)
    shown = await lead.get(path)
    answer = await lead.post(f"{path}/return", data={**await aim(lead, path), "reason": "unsure"})

    assert "ask" in shown.text
    assert answer.status_code == 303
    assert states(desk)[case_id] == "open"


async def test_a_calibration_is_marked_given_blind_answered_apart_and_counted(desk: RunningDesk) -> None:
    lead, first, second = [await desk.signed_in(name) for name in (Role.LEAD, Role.REVIEWER, "second")]
    [case_id, *others] = await mild_cases(desk, 10)
    async with desk.desk.archive.write() as tx:
        undrawn = "INSERT INTO keys (name, key, made_at) VALUES ('second_reviews', :key, 0)"
        await tx.execute(undrawn, {"key": b"undrawn"})
    mild = {"verdict": "violation", "category": "extortion", "severity": "2"}
    path = await take(first, case_id)
    await decide(first, path, mild, then="stay")

    without = await lead.post(f"{path}/calibrate", data={"note": " "})
    marked = await lead.post(f"{path}/calibrate", data={"note": f"clear; call {world.PHONE}"})
    shown = (await lead.get(path)).text
    for other in others[:8]:
        held = await take(lead, other)
        await lead.post(f"{held}/release", data={"token": (await aim(lead, held))["token"]})
    given = await start(second)
    blind = (await second.get(given)).text
    saved = await decide(second, given, mild, then="stay")
    after = (await second.get(saved.headers["location"])).text

    assert (without.status_code, marked.status_code, given) == (422, 303, path)
    assert "This is a calibration case." in shown
    assert "0770" not in shown
    assert "R-01" not in blind
    assert "calibration" not in blind.lower()
    assert 'name="verdict"' in blind
    assert "your answer is kept apart" in after
    assert rows(desk.archive_path, "SELECT count(*) FROM decisions") == [(1,)]
    assert "Calibration cases" in (await lead.get("/statistics")).text
    assert "Calibration cases" not in (await second.get("/statistics")).text
    ended = await lead.post(f"{path}/calibrate", data={"command": "end"})
    assert ended.status_code == 303
    assert "Make it a calibration case" in (await lead.get(path)).text
