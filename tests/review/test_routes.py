"""Who may ask what: every page of the table, as every role and as nobody."""

from __future__ import annotations

import re

import pytest

from archiver.domain.reviewer import Role
from archiver.domain.rights import RIGHTS, Act, may
from archiver.review.page import Page
from archiver.review.routes import PAGES
from tests.review.conftest import RunningDesk

OPEN = {("GET", "/healthz"), ("GET", "/sign-in"), ("POST", "/sign-in")}
"""What anyone may ask; all else needs somebody with a right to it."""
REFUSED = {401, 403}
ENDS = {"/sign-out", "/me/sign-ins/end"}
"""What ends the sign-in that asks."""


def address(page: Page) -> str:
    """Return a path with an id that nothing has, so that what is allowed changes little."""
    return re.sub(r"\{\w+(:\w+)?\}", "987654321", page.path)


def test_what_anyone_may_ask_is_written_here() -> None:
    assert {(page.method, page.path) for page in PAGES if page.act is None} == OPEN


def test_every_page_is_in_the_table_once_and_every_form_is_sent_by_post() -> None:
    asked = [(page.method, page.path) for page in PAGES]

    assert len(set(asked)) == len(asked)
    assert {page.method for page in PAGES} <= {"GET", "POST"}


def test_every_role_has_its_own_rights() -> None:
    assert set(RIGHTS) == set(Role)
    assert len(set(RIGHTS.values())) == len(Role)
    content = {Act.DECIDE, Act.REVEAL, Act.SEARCH, Act.READ_CASES}
    assert not RIGHTS[Role.ADMIN] & content
    assert RIGHTS[Role.AUDITOR] & content == {Act.READ_CASES}
    assert [role for role in Role if may(role, Act.LEAD)] == [Role.LEAD]
    assert [role for role in Role if may(role, Act.KEEP_PEOPLE)] == [Role.ADMIN]
    assert all(may(role, Act.KEEP_OWN) for role in Role)


@pytest.mark.asyncio
@pytest.mark.parametrize("role", Role)
async def test_a_role_is_let_in_where_it_has_a_right_and_nowhere_else(desk: RunningDesk, role: Role) -> None:
    client = await desk.signed_in(role)
    wrong = {}

    for page in PAGES:
        if page.path in ENDS:
            continue
        answer = await client.request(page.method, address(page))
        is_let_in = answer.status_code not in REFUSED or page.path == "/sign-in"
        if is_let_in is not (page.act is None or may(role, page.act)) or answer.status_code >= 500:
            wrong[page.method, page.path] = answer.status_code

    assert wrong == {}


@pytest.mark.asyncio
async def test_who_is_not_signed_in_is_asked_to_on_every_page(desk: RunningDesk) -> None:
    client = await desk.anyone()
    wrong = {}

    for page in PAGES:
        answer = await client.request(page.method, address(page))
        if (answer.status_code == 401) is not ((page.method, page.path) not in OPEN) and page.method == "GET":
            wrong[page.method, page.path] = answer.status_code
        if page.act is not None and (answer.status_code != 401 or "sign-in" not in answer.text):
            wrong[page.method, page.path] = answer.status_code

    assert wrong == {}


@pytest.mark.asyncio
async def test_everyone_begins_where_their_work_is(desk: RunningDesk) -> None:
    begins = {}
    for role in Role:
        client = await desk.signed_in(role)
        begins[role] = (await client.get("/")).headers["location"]

    assert begins == {
        Role.REVIEWER: "/queue", Role.LEAD: "/queue", Role.AUDITOR: "/audit", Role.ADMIN: "/people",
    }  # fmt: skip


@pytest.mark.asyncio
async def test_that_the_desk_lives_is_all_that_health_tells(desk: RunningDesk) -> None:
    answer = await (await desk.anyone()).get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok")
    assert "set-cookie" not in answer.headers
