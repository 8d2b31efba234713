"""The people page and the own profile."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from httpx import AsyncClient

from archiver.domain.reviewer import Role
from archiver.services import api_tokens, people
from tests.journeys.oracle import rows
from tests.review import world
from tests.review.conftest import RunningDesk, enter
from tests.review.test_sign_in import is_in

SHOWN = re.compile(r"(?:[a-z2-9]{4}-){4}[a-z2-9]{4}")


async def added(client: AsyncClient, name: str, role: str = "reviewer") -> str:
    """Add somebody; return the password that the page shows."""
    answer = await client.post("/people", data={"name": name, "role": role})
    assert answer.status_code == 200, answer.text
    return str(SHOWN.findall(answer.text)[0])


@pytest.mark.asyncio
async def test_an_admin_adds_somebody_who_can_sign_in_with_what_is_shown_once(desk: RunningDesk) -> None:
    admin = await desk.signed_in(Role.ADMIN)

    password = await added(admin, "ڕێبوار", "lead")

    assert not SHOWN.search((await admin.get("/people")).text)
    assert (await enter(await desk.anyone(), "ڕێبوار", password)).status_code == 303
    assert rows(desk.archive_path, "SELECT pseudonym, role FROM reviewers WHERE name = 'ڕێبوار'") == [
        ("R-06", "lead")
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Reviewer", "Somebody has that name already."),
        ("x", "A name is 2 to 64 letters"),
        (world.HOSTILE, "A name is 2 to 64 letters"),
        ("a b", "A name is 2 to 64 letters"),
        ("x" * 65, "A name is 2 to 64 letters"),
    ],
)
async def test_a_name_that_can_t_be_taken_is_said_and_stays_in_the_form(
    desk: RunningDesk, name: str, said: str
) -> None:
    admin = await desk.signed_in(Role.ADMIN)

    answer = await admin.post("/people", data={"name": name, "role": "reviewer"})

    assert answer.status_code == 422
    assert said in answer.text
    assert "<script>alert" not in answer.text
    assert not SHOWN.search(answer.text)


@pytest.mark.asyncio
async def test_a_new_password_signs_out_and_takes_the_old_one_away(desk: RunningDesk) -> None:
    admin, client = await desk.signed_in(Role.ADMIN), await desk.signed_in(Role.REVIEWER)
    ((number,),) = rows(desk.archive_path, "SELECT reviewer_id FROM reviewers WHERE name = 'reviewer'")

    page = (await admin.post(f"/people/{number}/reset")).text

    assert not await is_in(client)
    assert (await enter(client, Role.REVIEWER)).status_code == 401
    assert (await enter(client, Role.REVIEWER, SHOWN.findall(page)[0])).status_code == 303


@pytest.mark.asyncio
async def test_an_admin_disables_others_but_not_the_own_login(desk: RunningDesk) -> None:
    admin, client = await desk.signed_in(Role.ADMIN), await desk.signed_in(Role.REVIEWER)
    numbers = dict(rows(desk.archive_path, "SELECT name, reviewer_id FROM reviewers"))

    assert (await admin.post(f"/people/{numbers['reviewer']}/disable")).status_code == 303
    own = await admin.post(f"/people/{numbers['admin']}/disable")

    assert not await is_in(client)
    assert (own.status_code, await is_in(admin)) == (422, True)
    assert "Another admin can" in own.text
    assert (await admin.post(f"/people/{numbers['reviewer']}/enable")).status_code == 303
    assert (await enter(client, Role.REVIEWER)).status_code == 303


@pytest.mark.asyncio
async def test_names_stand_on_the_people_page_and_the_own_profile_only(desk: RunningDesk) -> None:
    admin, auditor = await desk.signed_in(Role.ADMIN), await desk.signed_in(Role.AUDITOR)
    await added(admin, "zaytun.aljabiri")

    assert "zaytun.aljabiri" in (await admin.get("/people")).text
    assert "zaytun.aljabiri" not in (await auditor.get("/audit")).text
    assert "zaytun" not in str(rows(desk.archive_path, "SELECT * FROM audit_events"))


@pytest.mark.asyncio
async def test_choices_are_kept_one_by_one(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    chosen = {"language": "ar", "theme": "dark", "severe_limit": "20", "shortcut.violation": "KeyZ"}
    assert (await client.post("/me/preferences", data=chosen)).status_code == 303
    await client.post("/me/preferences", data={"has_shortcuts": "no"})

    kept = rows(
        desk.archive_path,
        "SELECT language, theme, has_shortcuts, shortcuts, severe_limit, pause_minutes "
        "FROM reviewers WHERE name = 'reviewer'",
    )
    assert kept == [("ar", "dark", 0, '{"violation":"KeyZ"}', 20, 45)]
    assert '<html lang="ar" dir="rtl"' in (await client.get("/me")).text
    await client.post("/me/preferences", data={"language": ""})
    assert '<html lang="en" dir="ltr"' in (await client.get("/me")).text


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "wrong",
    [
        {"language": "fr"},
        {"theme": "pink"},
        {"severe_limit": "0"},
        {"severe_limit": "many"},
        {"pause_minutes": "100000"},
        {"shortcut.violation": "<script>"},
        {"shortcut.<b>": "KeyA"},
        {"shortcut.violation": "KeyA", "shortcut.skip": "KeyA"},
    ],
)
async def test_a_choice_that_makes_no_sense_is_refused_whole(
    desk: RunningDesk, wrong: dict[str, str]
) -> None:
    client = await desk.signed_in()
    before = rows(desk.archive_path, "SELECT * FROM reviewers")

    answer = await client.post("/me/preferences", data={"theme": "dark"} | wrong)

    assert answer.status_code == 422
    assert "One of these choices can&#39;t be kept." in answer.text
    assert rows(desk.archive_path, "SELECT * FROM reviewers") == before


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wrong", "a new and long password", "That is not your present password."),
        (world.PASSWORD, "short", "A password needs 15 characters or more."),
        (world.PASSWORD, "x" * 257, "A password has at most 256 characters."),
    ],
)
async def test_a_password_that_can_t_be_changed_says_why(
    desk: RunningDesk, old: str, new: str, said: str
) -> None:
    client = await desk.signed_in()

    answer = await client.post("/me/password", data={"old": old, "new": new})

    assert (answer.status_code, said in answer.text.replace("&#39;", "'")) == (422, True)
    assert (await enter(await desk.anyone(), Role.REVIEWER)).status_code == 303


@pytest.mark.asyncio
async def test_a_changed_password_signs_out_everywhere_but_here(desk: RunningDesk) -> None:
    here, there = await desk.signed_in(), await desk.signed_in()
    new = "کلیلێکی نوێ و درێژ"

    await here.post("/me/password", data={"old": world.PASSWORD, "new": new})

    assert [await is_in(here), await is_in(there)] == [True, False]
    assert (await enter(there, Role.REVIEWER)).status_code == 401
    assert (await enter(there, Role.REVIEWER, new)).status_code == 303


@pytest.mark.asyncio
async def test_tokens_are_listed_and_revoked_by_whom_they_act_for(desk: RunningDesk) -> None:
    client, other = await desk.signed_in(), await desk.signed_in(Role.LEAD)
    keeper = desk.desk.people
    reviewer = (await people.named(keeper, "reviewer")).reviewer
    token = await api_tokens.make(
        keeper, reviewer, label=world.HOSTILE, lasts=timedelta(days=1), by="archiver reviewers"
    )

    page = (await client.get("/me")).text
    assert "&lt;script&gt;alert(1)" in page
    assert token not in page
    assert (await other.post("/me/api-tokens/1/revoke")).status_code == 404
    assert await api_tokens.holder(keeper, token) == reviewer
    assert (await client.post("/me/api-tokens/1/revoke")).status_code == 303
    assert (await client.post("/me/api-tokens/1/revoke")).status_code == 404
    assert await api_tokens.holder(keeper, token) is None
