"""What programs do to cases: claim, hold, give back, decide, put off, hand on, undo."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.review import world
from tests.review.api.steps import EXTORTION, aim, code, program
from tests.review.conftest import RunningDesk
from tests.review.steps import case_with

pytestmark = pytest.mark.asyncio


async def test_a_case_is_claimed_decided_and_undone(desk: RunningDesk) -> None:
    client = await program(desk)
    path, aimed = await aim(client)

    decided = await client.post(f"{path}/decide", json={"verdict": "cannot_tell"} | aimed)
    done = decided.json()
    undone = (await client.post(f"/decisions/{done['decision_id']}/undo")).json()

    assert decided.status_code == 200
    assert decided.headers["etag"] == f'W/"{done["version"]}"'
    assert done["version"] == aimed["version"] + 1
    assert undone["hold"]["case_id"] == done["case_id"]
    told = (await client.get(path)).json()
    assert (told["is_held"], [each["is_retracted"] for each in told["decisions"]]) == (True, [True])


async def test_a_violation_has_categories_beside_the_main_one(desk: RunningDesk) -> None:
    client = await program(desk)
    path, aimed = await aim(client)
    others = ["doxxing_threat", "extortion", "sextortion"]

    wrong = await client.post(f"{path}/decide", json=EXTORTION | aimed | {"other_categories": ["theft"]})
    await client.post(f"{path}/decide", json=EXTORTION | aimed | {"other_categories": others})

    assert code(wrong) == (422, "invalid")
    [told] = (await client.get(path)).json()["decisions"]
    assert (told["category"], told["other_categories"]) == ("extortion", ["sextortion", "doxxing_threat"])


async def test_whoever_holds_a_case_is_given_it_again(desk: RunningDesk) -> None:
    client = await program(desk)

    first, again = [(await client.post("/claims")).json() for _ in range(2)]

    assert first["case_id"] == again["case_id"]
    assert first["token"] != again["token"]


async def test_a_repeated_decision_is_the_same_decision(desk: RunningDesk) -> None:
    client = await program(desk)
    path, aimed = await aim(client)
    body = {"verdict": "cannot_tell"} | aimed

    first, again = [(await client.post(f"{path}/decide", json=body)).json() for _ in range(2)]

    assert first == again


async def test_what_another_holds_is_refused(desk: RunningDesk) -> None:
    client, other = await program(desk), await program(desk, "second")
    path, aimed = await aim(client)

    assert code(await other.post(f"{path}/claim")) == (409, "held_by_another")
    assert code(await other.post(f"{path}/decide", json=EXTORTION | aimed)) == (409, "lease_lost")


async def test_a_stale_version_and_a_lost_lease_are_conflicts(desk: RunningDesk) -> None:
    client = await program(desk)
    path, aimed = await aim(client)
    stale = await client.post(f"{path}/decide", json=EXTORTION | aimed | {"version": 900})
    desk.clock.now += timedelta(hours=1)

    late = await client.post(f"{path}/decide", json=EXTORTION | aimed)

    assert code(stale) == (409, "stale_version")
    assert code(late) == (409, "lease_lost")


async def test_a_beat_prolongs_and_a_release_ends_the_lease(desk: RunningDesk) -> None:
    client, other = await program(desk), await program(desk, "second")
    hold = (await client.post("/claims")).json()
    path, held = f"/cases/{hold['case_id']}", {"token": hold["token"]}
    desk.clock.now += timedelta(minutes=5)

    longer = (await client.post(f"{path}/beat", json=held)).json()
    released = (await client.post(f"{path}/release", json=held)).json()

    assert longer["expires_at"] > hold["expires_at"]
    assert released == {"case_id": hold["case_id"], "is_held": False}
    assert (await other.post(f"{path}/claim")).status_code == 200


@pytest.mark.parametrize(
    ("command", "body"),
    [("skip", {"reason": "language"}), ("snooze", {"hours": 4}), ("escalate", {"reason": "danger"})],
)
async def test_a_case_is_put_off_or_handed_on(
    desk: RunningDesk, command: str, body: dict[str, object]
) -> None:
    client, lead = await program(desk), await program(desk, "lead")
    path, aimed = await aim(client)

    answer = await client.post(f"{path}/{command}", json=body | aimed)

    told = (await lead.get(path)).json()
    state = {"skip": "open", "snooze": "snoozed", "escalate": "escalated"}[command]
    assert answer.json() == {"case_id": told["case"]["case_id"], "version": told["case"]["version"]}
    assert (told["case"]["state"], told["holder"]) == (state, None)


async def test_a_lead_has_the_last_word_where_two_differ(desk: RunningDesk) -> None:
    first, second, lead = [await program(desk, name) for name in ("reviewer", "second", "lead")]
    case_id = case_with(desk, world.THREAT)
    for client, ruling in ((first, EXTORTION), (second, {"verdict": "not_a_violation", "reasons": ["news"]})):
        path, aimed = await aim(client, case_id)
        await client.post(f"{path}/decide", json=ruling | aimed)
    path, aimed = await aim(lead, case_id)

    without = await lead.post(f"{path}/adjudicate", json=EXTORTION | aimed)
    done = await lead.post(f"{path}/adjudicate", json=EXTORTION | aimed | {"note": "a deadline is set"})

    assert code(without) == (422, "needs_note")
    assert done.json()["state"] == "decided"
    assert [each["kind"] for each in (await first.get(path)).json()["decisions"]] == [
        "decision", "decision", "adjudication",
    ]  # fmt: skip


async def test_what_a_ruling_lacks_is_named_with_its_field(desk: RunningDesk) -> None:
    client = await program(desk)
    path, aimed = await aim(client)

    answer = await client.post(f"{path}/decide", json={"verdict": "not_a_violation"} | aimed)

    assert code(answer) == (422, "needs_reason")
    assert answer.json()["errors"] == [{"field": "reasons", "detail": "needs_reason"}]
