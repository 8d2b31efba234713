"""Who is let in, and what is said to whom and to what is not."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient

from archiver.domain.errors import CommandRefused
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Role
from archiver.domain.rights import may
from archiver.review.api import problem
from archiver.review.api.call import ApiRoute
from archiver.review.api.openapi import document
from archiver.review.api.routes import ROUTES
from archiver.review.routes import PAGES
from tests.review.api.steps import V1, a_token, code, program
from tests.review.conftest import RunningDesk, a_house, run_desk

DEEP = "[" * 100_000


def address(route: ApiRoute) -> str:
    """Return a path with an id that nothing has."""
    return re.sub(r"{\w+}", "987654321", route.path)


@pytest.mark.asyncio
@pytest.mark.parametrize("role", Role)
async def test_a_role_is_let_in_where_it_has_a_right_and_nowhere_else(desk: RunningDesk, role: Role) -> None:
    client = await program(desk, role)
    wrong = {}

    for route in ROUTES:
        status = (await client.request(route.method, address(route))).status_code
        if (status != 403) is not may(role, route.act) or status in {401, 405} or status >= 500:
            wrong[route.path] = status

    assert wrong == {}


@pytest.mark.asyncio
async def test_neither_a_cookie_nor_a_dead_token_opens_anything(desk: RunningDesk) -> None:
    browser, old = await desk.signed_in(Role.LEAD), await a_token(desk, "lead")
    desk.clock.now += timedelta(days=2)
    tokens = ("Bearer " + old, "Bearer", "Bearer archiver_00", "Basic " + old, "Bearer é")

    for route in ROUTES:
        answer = await browser.request(route.method, V1 + address(route))
        assert code(answer) == (401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "ratelimit" not in answer.headers
    for token in tokens:
        headers = {b"Authorization": token.encode("latin-1")}
        answer = await browser.get(f"{V1}/queue", headers=headers)
        assert code(answer) == (401, "unauthorized"), token
        is_sent = token.startswith("Bearer ")
        assert answer.headers["www-authenticate"] == "Bearer" + ' error="invalid_token"' * is_sent


@pytest.mark.asyncio
async def test_the_document_is_open_to_anyone_and_names_every_route(desk: RunningDesk) -> None:
    told = (await (await desk.anyone()).get(f"{V1}/openapi.json")).json()

    assert told == document()
    assert {(method.upper(), path) for path, own in told["paths"].items() for method in own} == {
        (route.method, V1 + route.path) for route in ROUTES
    }
    names = [own[method]["operationId"] for own in told["paths"].values() for method in own]
    assert len(set(names)) == len(names)


@pytest.mark.asyncio
async def test_a_program_that_has_the_document_is_told_so(desk: RunningDesk) -> None:
    client = await desk.anyone()
    told = await client.get(f"{V1}/openapi.json")
    tag = told.headers["etag"]

    again = await client.get(f"{V1}/openapi.json", headers={"If-None-Match": f'"x", W/{tag}'})
    other = await client.get(f"{V1}/openapi.json", headers={"If-None-Match": '"x"'})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (other.status_code, other.json()) == (200, told.json())
    assert told.headers["cache-control"] == again.headers["cache-control"] == "no-cache"


def test_whatever_a_page_does_to_cases_programs_may_do_too_by_the_same_right() -> None:
    # a script in a browser sends beat for keep, and leave when a page closes
    left_out = {"/cases/{case_id}/keep", "/cases/{case_id}/leave"}
    done = {
        (page.path, page.act)
        for page in PAGES
        if page.method == "POST" and page.path.startswith(("/cases", "/claims", "/decisions", "/bulk"))
    }

    missing = done - {(route.path, route.act) for route in ROUTES}

    assert {path for path, _ in missing} == left_out


@pytest.mark.asyncio
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


@pytest.mark.asyncio
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


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "body", ["", "{", "[]", "NaN", '"a"', DEEP, "9" * 5_000, '{"version": NaN}', "\udcff"]
)
async def test_a_body_that_is_none_is_refused(desk: RunningDesk, body: str) -> None:
    answer = await _raw(await program(desk), body)

    assert code(answer) == (422, "invalid")


@pytest.mark.asyncio
async def test_what_is_no_json_too_long_unknown_or_asked_wrongly_is_a_problem_too(desk: RunningDesk) -> None:
    client = await program(desk)

    form = await client.post("/cases/1/decide", data={"verdict": "cannot_tell"})
    long = await client.post("/cases/1/decide", content=b" " * 300_000)
    wrong = await client.delete("/queue")

    packed = await client.post(
        "/cases/1/decide",
        content=gzip.compress(b"{}"),
        headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
    )
    page = await client.get("/queue", headers={"Accept": "text/html, application/json;q=0"})
    elsewhere = await client.get("/queue", headers={"Host": "evil.example"})

    assert code(form) == (415, "unsupported_media_type")
    assert form.headers["accept"] == "application/json"
    assert code(packed) == (415, "unsupported_media_type")
    assert packed.headers["accept-encoding"] == "identity"
    assert code(page) == (406, "not_acceptable")
    assert code(elsewhere) == (421, "misdirected_request")
    assert code(long) == (413, "request_entity_too_large")
    assert code(wrong) == (405, "method_not_allowed")
    assert "GET" in wrong.headers["allow"]
    assert code(await client.get("/nothing")) == (404, "not_found")
    assert code(await client.get("/cases/x")) == (404, "not_found")
    assert code(await client.post("/bulk/a%20b/undo")) == (404, "not_found")
    assert code(await client.get("/cases/987654321")) == (404, "case_unknown")


@pytest.mark.asyncio
async def test_a_mistake_of_ours_tells_nothing_of_itself(desk: RunningDesk) -> None:
    client = await program(desk)
    await desk.desk.archive.write_at_once(_break)

    answer = await client.get("/queue")

    assert answer.status_code >= 500
    assert code(answer)[1] in {"internal_server_error", "archive_damaged", "archive"}
    assert "Traceback" not in answer.text
    assert "cases" not in answer.text


@pytest.mark.asyncio
async def test_while_another_process_holds_the_archive_programs_are_told_when_to_come(
    desk_path: Path,
) -> None:
    async with run_desk(desk_path, a_house(), busy_seconds=0.05) as impatient:
        client = await program(impatient)
        with closing(sqlite3.connect(desk_path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = await client.post("/claims")
            other.execute("ROLLBACK")

        assert code(answer) == (503, "archive_locked")
        assert int(answer.headers["retry-after"]) > 0
        assert (await client.post("/claims")).status_code == 200


def test_every_refusal_is_explained_and_speaks_of_no_form() -> None:
    for refusal in Refusal:
        told = json.loads(bytes(problem.of_error(CommandRefused(refusal)).body))
        assert (told["code"], told["title"]) == (refusal, HTTPStatus(told["status"]).phrase)
        assert told["detail"].endswith(".")
        assert "below" not in told["detail"]


def test_a_mistake_that_nobody_expected_is_a_problem_without_its_words() -> None:
    told = problem.of_error(RuntimeError("secret"))

    assert told.status_code == 500
    assert b"secret" not in bytes(told.body)


async def _break(tx: Any) -> None:
    await tx.execute("ALTER TABLE cases RENAME TO elsewhere", {})


async def _raw(client: AsyncClient, body: str) -> Any:
    content = body.encode(errors="surrogateescape")
    return await client.post("/cases/1/decide", content=content, headers={"Content-Type": "application/json"})
