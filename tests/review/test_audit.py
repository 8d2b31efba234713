"""The audit page, and that every change leaves its event."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from archiver.domain.reviewer import Role
from tests.journeys.oracle import rows
from tests.review import world
from tests.review.conftest import RunningDesk, enter


@pytest.mark.asyncio
async def test_the_newest_events_stand_first_and_older_ones_on_the_next_page(desk: RunningDesk) -> None:
    for _ in range(120):
        await enter(await desk.anyone(), Role.AUDITOR)
    client = await desk.signed_in(Role.AUDITOR)
    ((head,),) = rows(desk.archive_path, "SELECT max(audit_event_id) FROM audit_events")

    first = (await client.get("/audit")).text
    older = (await client.get(f"/audit?before={head - 99}")).text

    assert f">{head}</bdi>" in first
    assert f"/audit?before={head - 99}&amp;" in first
    assert first.count("sign_in.made") == 100
    assert ">1</bdi>" in older
    assert "Older events" not in older


@pytest.mark.asyncio
async def test_events_are_found_by_target_actor_and_kind(desk: RunningDesk) -> None:
    client = await desk.signed_in(Role.AUDITOR)

    async def lines(query: str) -> int:
        return (await client.get(f"/audit?{query}")).text.count("<time")

    assert await lines("target=reviewer+3") == 1
    assert await lines("target=reviewer+99") == 0
    assert await lines("actor=archiver+reviewers") == 5
    assert await lines("kind=sign_in.made&actor=R-03") == 1
    assert await lines("kind=sign_in.made&actor=R-01") == 0
    assert await lines("before=2") == 1
    assert await lines("before=x") == await lines("before=" + "9" * 40) == await lines("") == 6


@pytest.mark.asyncio
async def test_the_log_is_verified_and_its_head_shown(desk: RunningDesk) -> None:
    client = await desk.signed_in(Role.AUDITOR)
    ((number, digest),) = rows(desk.archive_path, "SELECT max(audit_event_id), digest FROM audit_events")

    page = (await client.post("/audit/verify")).text

    assert f"The log holds: {number} events." in page
    assert digest in page


@pytest.mark.asyncio
@pytest.mark.parametrize("details", ["[1, 2]", "no JSON"])
async def test_details_that_are_no_object_are_shown_as_they_stand(desk: RunningDesk, details: str) -> None:
    client = await desk.signed_in(Role.AUDITOR)
    with closing(sqlite3.connect(desk.archive_path)) as db:
        db.execute("DROP TRIGGER audit_events_keep")
        db.execute("UPDATE audit_events SET details = ? WHERE audit_event_id = 3", (details,))
        db.commit()

    assert f"? {details}" in (await client.get("/audit")).text


@pytest.mark.asyncio
async def test_an_event_that_somebody_edited_behind_the_triggers_is_named(desk: RunningDesk) -> None:
    client = await desk.signed_in(Role.AUDITOR)
    with closing(sqlite3.connect(desk.archive_path)) as db:
        db.execute("DROP TRIGGER audit_events_keep")
        db.execute("UPDATE audit_events SET details = ? WHERE audit_event_id = 3", (world.HOSTILE,))
        db.commit()

    page = (await client.post("/audit/verify")).text

    assert "The log is broken at event 3." in page
    assert "it is not what was written" in page
    assert "<script>alert" not in page


@pytest.mark.asyncio
async def test_whatever_changes_people_leaves_its_event_by_a_pseudonym(desk: RunningDesk) -> None:
    admin, client = await desk.signed_in(Role.ADMIN), await desk.signed_in()
    new = "another long password"
    ((number,),) = rows(desk.archive_path, "SELECT reviewer_id FROM reviewers WHERE name = 'second'")
    before = len(_events(desk))

    await client.post("/me/password", data={"old": world.PASSWORD, "new": new})
    await client.post("/me/sign-ins/end")
    await admin.post("/people", data={"name": "somebody", "role": "auditor"})
    for deed in ("disable", "enable", "reset"):
        await admin.post(f"/people/{number}/{deed}")

    assert _events(desk)[before:] == [
        ("R-01", "password.changed", "reviewer 1", "{}"),
        ("R-01", "sign_ins.ended", "reviewer 1", "{}"),
        ("R-04", "reviewer.added", "reviewer 6", '{"role":"auditor"}'),
        ("R-04", "reviewer.disabled", "reviewer 5", "{}"),
        ("R-04", "reviewer.enabled", "reviewer 5", "{}"),
        ("R-04", "password.reset", "reviewer 5", "{}"),
    ]


def _events(desk: RunningDesk) -> list[tuple[object, ...]]:
    return rows(
        desk.archive_path, "SELECT actor, kind, target, details FROM audit_events ORDER BY audit_event_id"
    )
