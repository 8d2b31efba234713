"""What programs do to cases as leads, and what is done to many at once; a repetition does no harm."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import AsyncClient

from tests.journeys.oracle import rows
from tests.review import world
from tests.review.api.steps import EXTORTION, aim, code, program
from tests.review.conftest import RunningDesk
from tests.review.steps import case_with, mild_cases, states
from tests.services.desk_steps import undrawn

pytestmark = pytest.mark.asyncio

HARMLESS = {"verdict": "not_a_violation", "reasons": ["news"]}


async def version_of(client: AsyncClient, path: str) -> dict[str, Any]:
    return {"version": (await client.get(path)).json()["case"]["version"]}


async def test_a_lead_takes_over_what_another_holds_and_says_why(desk: RunningDesk) -> None:
    client, lead = await program(desk), await program(desk, "lead")
    path, aimed = await aim(client)

    mute = await lead.post(f"{path}/take-over", json={})
    taken = await lead.post(f"{path}/take-over", json={"reason": "waiting", "note": "since noon"})
    again = await lead.post(f"{path}/take-over", json={"reason": "waiting"})
    late = await client.post(f"{path}/decide", json=EXTORTION | aimed)

    assert code(mute) == (422, "invalid")
    assert taken.json().keys() == {"case_id", "token", "expires_at"}
    assert code(again) == (409, "not_allowed")
    assert code(late) == (409, "lease_lost")
    told = (await lead.get(path)).json()
    assert (told["is_held"], told["holder"]) == (True, "R-02")
    [note] = told["notes"]
    assert (note["command"], note["reason"], note["reviewer"]) == ("take_over", "waiting", "R-02")
    assert note["note"]["plain"] == "since noon"
    assert [each["kind"] for each in told["history"]][:2] == ["case.taken_over", "case.claimed"]


async def test_an_escalated_case_is_returned_to_all_by_the_lead_who_holds_it(desk: RunningDesk) -> None:
    client, lead = await program(desk), await program(desk, "lead")
    path, aimed = await aim(client)
    await client.post(f"{path}/escalate", json=aimed | {"reason": "danger"})
    _, held = await aim(lead, int(path.rpartition("/")[2]))

    first, again = [await lead.post(f"{path}/return", json=held | {"reason": "mistake"}) for _ in range(2)]

    assert first.json() == again.json()
    told = (await lead.get(path)).json()["case"]
    assert (told["state"], told["round"], told["version"]) == ("open", 2, first.json()["version"])


async def test_a_snoozed_case_is_woken_by_a_lead_before_its_time_and_by_anybody_after(
    desk: RunningDesk,
) -> None:
    client, lead = await program(desk), await program(desk, "lead")
    path, aimed = await aim(client)
    await client.post(f"{path}/snooze", json=aimed | {"hours": 4})
    seen = await version_of(client, path)

    early = await client.post(f"{path}/wake", json=seen)
    woken = await lead.post(f"{path}/wake", json=seen)
    again = await lead.post(f"{path}/wake", json=seen)

    assert code(early) == (409, "not_allowed")
    assert woken.json() == {"case_id": int(path.rpartition("/")[2]), "version": seen["version"] + 1}
    assert code(again) == (409, "already_in_state")
    assert (await lead.get(path)).json()["case"]["state"] == "open"


async def test_a_decided_case_is_opened_again_in_a_new_round(desk: RunningDesk) -> None:
    await undrawn(desk.desk.queue)
    case_id = (await mild_cases(desk, 2))[-1]
    client, lead = await program(desk), await program(desk, "lead")
    path, aimed = await aim(client, case_id)
    await client.post(f"{path}/decide", json=HARMLESS | aimed)
    body = await version_of(lead, path) | {"reason": "changed"}

    stale = await lead.post(f"{path}/reopen", json=body | {"version": 900})
    opened = await lead.post(f"{path}/reopen", json=body)
    again = await lead.post(f"{path}/reopen", json=body)

    assert code(stale) == (409, "stale_version")
    assert opened.status_code == 200
    assert code(again) == (409, "already_in_state")
    told = (await lead.get(path)).json()["case"]
    assert (told["state"], told["round"], told["review"]) == ("open", 2, None)


@pytest.mark.parametrize(("command", "body"), [
    ("skip", {"reason": "language"}), ("snooze", {"hours": 4}), ("escalate", {"reason": "danger"}),
    ("release", {}),
])  # fmt: skip
async def test_a_repeated_command_changes_nothing(
    desk: RunningDesk, command: str, body: dict[str, Any]
) -> None:
    client, auditor = await program(desk), await program(desk, "auditor")
    path, aimed = await aim(client)
    sent = body | ({"token": aimed["token"]} if command == "release" else aimed)

    first = await client.post(f"{path}/{command}", json=sent)
    before = (await auditor.get(path)).json()
    again = await client.post(f"{path}/{command}", json=sent)

    assert (first.status_code, first.json()) == (200, again.json())
    assert (await auditor.get(path)).json() == before


async def test_a_lead_marks_a_calibration_that_nobody_else_sees_and_ends_it(desk: RunningDesk) -> None:
    await undrawn(desk.desk.queue)
    case_id = (await mild_cases(desk, 2))[-1]
    client, lead = await program(desk), await program(desk, "lead")
    path, aimed = await aim(client, case_id)
    early = await lead.post(f"{path}/calibrate", json={"note": "not yet"})
    await client.post(f"{path}/decide", json=HARMLESS | aimed)

    mute = await lead.post(f"{path}/calibrate", json={"note": " "})
    marked, again = [await lead.post(f"{path}/calibrate", json={"note": "a clear one"}) for _ in range(2)]
    seen, unseen = [(await each.get(path)).json()["calibration"] for each in (lead, client)]
    ended, over = [await lead.post(f"{path}/calibrate/end") for _ in range(2)]

    assert code(early) == (409, "not_allowed")
    assert code(mute) == (422, "needs_note")
    assert marked.json() == {"case_id": case_id, "is_calibration": True}
    assert code(again) == (409, "already_in_state")
    assert (seen["reviewer"], seen["note"]["plain"], unseen) == ("R-02", "a clear one", None)
    assert ended.json() == {"case_id": case_id, "is_calibration": False}
    assert code(over) == (409, "not_allowed")
    assert (await lead.get(path)).json()["calibration"] is None


async def test_a_calibration_looks_open_to_whom_it_is_given_and_its_answer_has_no_id(
    desk: RunningDesk,
) -> None:
    await undrawn(desk.desk.queue)
    other, case_id = (await mild_cases(desk, 2))[-2:]
    client, second, lead = [await program(desk, name) for name in ("reviewer", "second", "lead")]
    path, aimed = await aim(client, case_id)
    await client.post(f"{path}/decide", json=HARMLESS | aimed)
    await lead.post(f"{path}/calibrate", json={"note": "a clear one"})
    # the tenth of twenty claims may be a calibration
    while rows(desk.archive_path, "SELECT count(*) % 20 FROM leases") != [(9,)]:
        held = (await lead.post(f"/cases/{other}/claim")).json()
        await lead.post(f"/cases/{other}/release", json={"token": held["token"]})

    given, aimed = await aim(second)
    told = (await second.get(given)).json()
    first, again = [(await second.post(f"{given}/decide", json=HARMLESS | aimed)).json() for _ in range(2)]

    assert given == path
    assert (told["case"]["state"], told["case"]["review"], told["calibration"]) == ("open", None, None)
    assert told["decisions"] == told["notes"] == told["history"] == []
    assert (first, first["decision_id"], first["state"]) == (again, None, "decided")
    assert len((await lead.get(path)).json()["decisions"]) == 1


async def test_mild_cases_are_decided_at_once_as_previewed_and_undone_as_one(desk: RunningDesk) -> None:
    await undrawn(desk.desk.queue)
    mild, severe = await mild_cases(desk, 3), case_with(desk, world.LEAK)
    client, other = await program(desk), await program(desk, "second")
    await other.post(f"/cases/{mild[2]}/claim")

    seen = (await client.post("/bulk/preview", json={"case_ids": [*mild, severe, mild[0]]})).json()
    body = HARMLESS | {"cases": seen["cases"]}
    done = (await client.post("/bulk", json=body)).json()
    again = (await client.post("/bulk", json=body)).json()

    assert [each["case_id"] for each in seen["cases"]] == mild[:2]
    assert seen["channel_ids"] == [world.MARKET]
    assert {each["case_id"]: each["code"] for each in seen["left_out"]} == {
        mild[2]: "held_by_another", severe: "too_severe",
    }  # fmt: skip
    assert (done["case_ids"], done["left_out"]) == (mild[:2], [])
    assert again["case_ids"] == []
    own = (await client.get("/decisions")).json()["decisions"]
    assert [(each["case_id"], each["bulk"]) for each in own] == [
        (mild[1], done["bulk"]), (mild[0], done["bulk"]),
    ]  # fmt: skip
    others = (await other.post(f"/bulk/{done['bulk']}/undo")).json()
    assert {each["code"] for each in others["left_out"]} == {"not_yours"}
    undone = (await client.post(f"/bulk/{done['bulk']}/undo")).json()
    assert (undone["bulk"], undone["case_ids"]) == (done["bulk"], mild[:2])
    assert {states(desk)[case_id] for case_id in mild} == {"open"}


async def test_what_is_too_much_for_one_ruling_is_refused_whole(desk: RunningDesk) -> None:
    [case_id] = await mild_cases(desk, 1)
    client = await program(desk)
    [seen] = (await client.post("/bulk/preview", json={"case_ids": [case_id]})).json()["cases"]

    severe = await client.post("/bulk", json=EXTORTION | {"cases": [seen]})
    many = await client.post("/bulk/preview", json={"case_ids": list(range(1, 202))})
    mute = await client.post("/bulk", json={"verdict": "not_a_violation", "cases": [seen]})
    unknown = await client.post("/bulk/preview", json={"case_ids": [987654321]})

    assert code(severe) == (422, "too_severe")
    assert code(many) == (422, "invalid")
    assert code(mute) == (422, "needs_reason")
    assert code(unknown) == (404, "case_unknown")
    assert states(desk)[case_id] == "open"


async def test_own_decisions_are_listed_from_the_newest_on_and_nobody_elses(desk: RunningDesk) -> None:
    await undrawn(desk.desk.queue)
    mild = await mild_cases(desk, 3)
    client, other = await program(desk), await program(desk, "second")
    for case_id in mild:
        path, aimed = await aim(client, case_id)
        await client.post(f"{path}/decide", json=HARMLESS | aimed | {"note": f"call {world.PHONE}"})

    first = (await client.get("/decisions", params={"limit": 2})).json()
    rest = (await client.get("/decisions", params={"limit": 2, "after": first["after"]})).json()

    told = first["decisions"] + rest["decisions"]
    assert [each["case_id"] for each in told] == mild[::-1]
    assert (first["after"], rest["after"]) == (told[1]["decision"]["decision_id"], None)
    assert all(each["undo_until"] is not None for each in told)
    assert world.PHONE not in str(told)
    assert (await client.get("/decisions", params={"limit": 3})).json()["after"] is None
    assert (await other.get("/decisions")).json() == {"decisions": [], "after": None}
