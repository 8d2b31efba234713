"""What is unmasked for programs: for a purpose, ten minutes, within a quota, only where they ask for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from httpx import AsyncClient

from tests.journeys.oracle import rows
from tests.review import world
from tests.review.api.steps import code, program
from tests.review.conftest import RunningDesk, a_house, run_desk
from tests.review.steps import case_with

pytestmark = pytest.mark.asyncio


async def whole(client: AsyncClient, case_id: int) -> list[str]:
    """Return all that can be asked for unmasked of a case."""
    parts = ("", "/revisions", "/surroundings")
    asked = [await client.get(f"/cases/{case_id}{part}", params={"unmasked": "true"}) for part in parts]
    return [answer.text for answer in asked]


async def test_a_case_is_read_unmasked_while_a_reveal_lasts_and_only_where_that_is_asked_for(
    desk: RunningDesk,
) -> None:
    client, other = await program(desk), await program(desk, "second")
    case_id = case_with(desk, world.LEAK)
    before = await whole(client, case_id)

    revealed = (await client.post(f"/cases/{case_id}/reveal", json={"purpose": "victim"})).json()
    bare = await whole(client, case_id)
    unasked = (await client.get(f"/cases/{case_id}")).json()

    assert not any(world.PHONE in text or "كاظم" in text for text in before)
    assert all("كاظم" in text for text in bare[:2])
    assert world.PHONE in bare[0]
    assert (unasked["is_unmasked"], unasked["revealed_until"]) == (False, revealed["until"])
    assert world.PHONE not in str(unasked)
    assert world.PHONE not in (await whole(other, case_id))[0]
    desk.clock.now += timedelta(minutes=10)
    assert world.PHONE not in (await whole(client, case_id))[0]


async def test_a_reveal_is_written_down_once_however_often_it_is_asked_for(desk: RunningDesk) -> None:
    client, case_id = await program(desk), case_with(desk, world.LEAK)

    first, again = [
        (await client.post(f"/cases/{case_id}/reveal", json={"purpose": "rule"})).json() for _ in range(2)
    ]

    assert first == again
    assert (first["case_id"], first["left_today"]) == (case_id, 39)
    told = rows(desk.archive_path, "SELECT actor, target FROM audit_events WHERE kind = 'text.revealed'")
    assert told == [("R-01", f"case {case_id}")]


async def test_a_reveal_needs_a_purpose_a_right_and_a_case(desk: RunningDesk) -> None:
    client, auditor = await program(desk), await program(desk, "auditor")
    path = f"/cases/{case_with(desk, world.LEAK)}/reveal"

    assert code(await client.post(path, json={})) == (422, "invalid")
    assert code(await client.post(path, json={"purpose": "other"})) == (422, "needs_note")
    assert code(await auditor.post(path, json={"purpose": "rule"})) == (403, "forbidden")
    lost = await client.post("/cases/987654321/reveal", json={"purpose": "rule"})
    assert code(lost) == (404, "case_unknown")


async def test_who_has_used_up_the_day_is_told_when_there_is_a_reveal_again(desk_path: Path) -> None:
    async with run_desk(desk_path, a_house(reveals_per_day=1)) as desk:
        client = await program(desk)
        first, second = case_with(desk, world.LEAK), case_with(desk, world.KURDISH)
        await client.post(f"/cases/{first}/reveal", json={"purpose": "rule"})
        desk.clock.now += timedelta(hours=1)

        refused = await client.post(f"/cases/{second}/reveal", json={"purpose": "rule"})
        desk.clock.now += timedelta(seconds=int(refused.headers["retry-after"]))
        client = await program(desk)
        at_last = await client.post(f"/cases/{second}/reveal", json={"purpose": "rule"})

        assert code(refused) == (429, "too_many_reveals")
        assert refused.headers["retry-after"] == str(23 * 3600)
        assert at_last.status_code == 200


async def test_a_house_without_reveals_promises_none(desk_path: Path) -> None:
    async with run_desk(desk_path, a_house(reveals_per_day=0)) as desk:
        client = await program(desk)

        refused = await client.post(f"/cases/{case_with(desk, world.LEAK)}/reveal", json={"purpose": "rule"})

        assert code(refused) == (429, "too_many_reveals")
        assert "retry-after" not in refused.headers
