"""Who is let in, and what is said to whom and to what is not."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from archiver.domain.reviewer import Role
from archiver.domain.rights import may
from archiver.review.api.call import ApiRoute
from archiver.review.api.openapi import document
from archiver.review.api.routes import ROUTES
from tests.review.api.steps import V1, a_token, code, program
from tests.review.conftest import RunningDesk

pytestmark = pytest.mark.asyncio

DEEP = "[" * 100_000


def address(route: ApiRoute) -> str:
    """Return a path with an id that nothing has."""
    return re.sub(r"{\w+}", "987654321", route.path)


@pytest.mark.parametrize("role", Role)
async def test_a_role_is_let_in_where_it_has_a_right_and_nowhere_else(desk: RunningDesk, role: Role) -> None:
    client = await program(desk, role)
    wrong = {}

    for route in ROUTES:
        status = (await client.request(route.method, address(route))).status_code
        if (status != 403) is not may(role, route.act) or status in {401, 405} or status >= 500:
            wrong[route.path] = status

    assert wrong == {}


async def test_neither_a_cookie_nor_a_dead_token_opens_anything(desk: RunningDesk) -> None:
    browser, old = await desk.signed_in(Role.LEAD), await a_token(desk, "lead")
    desk.clock.now += timedelta(days=2)
    tokens = ("Bearer " + old, "Bearer", "Bearer archiver_00", "Basic " + old, "Bearer é")

    for route in ROUTES:
        answer = await browser.request(route.method, V1 + address(route))
        assert code(answer) == (401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"
    for token in tokens:
        headers = {b"Authorization": token.encode("latin-1")}
        assert code(await browser.get(f"{V1}/queue", headers=headers)) == (401, "unauthorized"), token


async def test_the_document_is_open_to_anyone_and_names_every_route(desk: RunningDesk) -> None:
    told = (await (await desk.anyone()).get(f"{V1}/openapi.json")).json()

    assert told == document()
    assert {(method.upper(), path) for path, own in told["paths"].items() for method in own} == {
        (route.method, V1 + route.path) for route in ROUTES
    }


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("severity=5", "severity"), ("severity=x", "severity"), ("state=gone", "state"),
        ("after=1,1", "after"), ("limit=0", "limit"), ("limit=1&limit=2", "limit"),
        ("sevrity=4", "sevrity"), ("channel_id=-1", "channel_id"),
    ],
)  # fmt: skip
async def test_a_parameter_that_is_wrong_is_named(desk: RunningDesk, query: str, field: str) -> None:
    answer = await (await program(desk)).get(f"/queue?{query}")

    assert code(answer) == (422, "invalid")
    assert [each["field"] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"verdict": "maybe"}, "verdict"), ({"verdict": None}, "verdict"), ({"version": True}, "version"),
        ({"version": "1"}, "version"), ({"token": "a b"}, "token"), ({"token": "a\n"}, "token"),
        ({"note": "x" * 4001}, "note"), ({"reasons": ["news", "x"]}, "reasons/1"), ({"x": 1}, "x"),
        ({"wrong_rules": {"a.b": "no"}}, "wrong_rules/a.b"), ({"note": "\ud800"}, ""),
    ],
)  # fmt: skip
async def test_a_field_that_is_wrong_is_named(desk: RunningDesk, change: dict[str, Any], field: str) -> None:
    body = {"token": "t", "version": 1, "verdict": "cannot_tell"} | change

    answer = (
        await (await program(desk)).post("/cases/1/decide", json=body)
        if field
        else await _raw(await program(desk), '{"note": "\\ud800"}')
    )

    assert code(answer) == (422, "invalid")
    assert [each["field"] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "NaN", '"a"', DEEP, "9" * 5_000, '{"version": NaN}', "\udcff"]
)
async def test_a_body_that_is_none_is_refused(desk: RunningDesk, body: str) -> None:
    answer = await _raw(await program(desk), body)

    assert code(answer) == (422, "invalid")


async def test_what_is_no_json_too_long_unknown_or_asked_wrongly_is_a_problem_too(desk: RunningDesk) -> None:
    client = await program(desk)

    form = await client.post("/cases/1/decide", data={"verdict": "cannot_tell"})
    long = await client.post("/cases/1/decide", content=b" " * 300_000)
    wrong = await client.delete("/queue")

    assert code(form) == (415, "unsupported_media_type")
    assert code(long) == (413, "request_entity_too_large")
    assert code(wrong) == (405, "method_not_allowed")
    assert "GET" in wrong.headers["allow"]
    assert code(await client.get("/nothing")) == (404, "not_found")
    assert code(await client.get("/cases/x")) == (404, "not_found")
    assert code(await client.get("/cases/987654321")) == (404, "case_unknown")


async def test_a_mistake_of_ours_tells_nothing_of_itself(desk: RunningDesk) -> None:
    client = await program(desk)
    await desk.desk.archive.write_at_once(_break)

    answer = await client.get("/queue")

    assert answer.status_code >= 500
    assert code(answer)[1] in {"internal_server_error", "archive_damaged", "archive"}
    assert "Traceback" not in answer.text
    assert "cases" not in answer.text


async def _break(tx: Any) -> None:
    await tx.execute("ALTER TABLE cases RENAME TO elsewhere", {})


async def _raw(client: AsyncClient, body: str) -> Any:
    content = body.encode(errors="surrogateescape")
    return await client.post("/cases/1/decide", content=content, headers={"Content-Type": "application/json"})
