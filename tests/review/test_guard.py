"""The guard before every page: hosts, origins, sizes and what browsers may do with an answer."""

from __future__ import annotations

import asyncio
import hashlib
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from httpx import AsyncClient, Response
from starlette.datastructures import Headers

from archiver.review.guard import MOST_BYTES, is_own_form, is_own_name
from tests.journeys.oracle import rows
from tests.review import world
from tests.review.conftest import RunningDesk, a_house, run_desk

HERE = "http://127.0.0.1:8101"
NAMED = "http://review.test:8101"


@pytest.mark.parametrize(
    ("host", "site", "origin", "is_ours"),
    [
        # as Chromium sends them, with Referrer-Policy same-origin and no-referrer
        ("127.0.0.1:8101", "same-origin", HERE, True),
        ("127.0.0.1:8101", "same-origin", "null", True),
        ("review.test:8101", None, NAMED, True),
        ("review.test:8101", None, "null", False),
        ("127.0.0.1:8101", "cross-site", "http://evil.test:8102", False),
        ("review.test:8101", None, "http://evil.test:8102", False),
        # and what could be tried
        ("127.0.0.1:8101", "same-site", HERE, False),
        ("127.0.0.1:8101", "none", HERE, False),
        ("127.0.0.1:8101", "cross-site", HERE, False),
        ("127.0.0.1:8101", "", HERE, False),
        ("review.test:8101", None, None, False),
        ("review.test:8101", None, "", False),
        ("review.test:8101", None, "https://review.test:8101", False),
        ("review.test:8101", None, "http://review.test", False),
        ("review.test:8101", None, "http://review.test:8101.evil.test", False),
    ],
)
def test_a_form_is_ours_when_the_browser_says_so_or_its_origin_is_our_address(
    host: str, site: str | None, origin: str | None, is_ours: bool
) -> None:
    sent = {"host": host, "sec-fetch-site": site, "origin": origin}
    headers = Headers({name: value for name, value in sent.items() if value is not None})

    assert is_own_form(headers, scheme="http") is is_ours


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("127.0.0.1:8321", True),
        ("localhost", True),
        ("LOCALHOST:1", True),
        ("[::1]:8321", True),
        ("[::1]", True),
        ("evil.test", False),
        ("localhost.evil.test:8321", False),
        ("localhost:evil", False),
        ("", False),
        (":80", False),
    ],
)
def test_the_desk_answers_to_its_own_names_only(host: str, is_ours: bool) -> None:
    assert is_own_name(host, frozenset({"127.0.0.1", "localhost", "[::1]"})) is is_ours


@pytest.mark.asyncio
async def test_a_foreign_name_is_answered_with_nothing_of_ours(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    answer = await client.get("/me", headers={"Host": "evil.test"})

    assert answer.status_code == 421
    assert answer.headers["content-type"].startswith("text/plain")
    assert "evil" not in answer.text


@pytest.mark.asyncio
async def test_a_form_from_elsewhere_changes_nothing(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    before = rows(desk.archive_path, "SELECT theme FROM reviewers")
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": desk.address},
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {},
    ):
        async with AsyncClient(base_url=desk.address, cookies=client.cookies) as foreign:
            answer = await foreign.post("/me/preferences", data={"theme": "dark"}, headers=headers)
        assert answer.status_code == 403
        assert "the form came from another site" in answer.text

    assert rows(desk.archive_path, "SELECT theme FROM reviewers") == before
    own = f"http://{urlsplit(desk.address).netloc}"
    async with AsyncClient(base_url=desk.address, cookies=client.cookies) as plain:
        answer = await plain.post("/me/preferences", data={"theme": "dark"}, headers={"Origin": own})
    assert answer.status_code == 303
    assert rows(desk.archive_path, "SELECT theme FROM reviewers") != before


@pytest.mark.asyncio
async def test_every_answer_tells_the_browser_to_trust_nothing_but_us(desk: RunningDesk) -> None:
    client, anyone = await desk.signed_in(), await desk.anyone()
    answers = [
        await client.get("/me"),
        await anyone.get("/me"),
        await anyone.get("/nowhere"),
        await anyone.get("/healthz"),
        await anyone.post("/sign-in", data={"name": "x", "password": "y"}),
        await anyone.post("/sign-in", headers={"Sec-Fetch-Site": "cross-site"}),
        await anyone.get("/", headers={"Host": "evil.test"}),
        await anyone.put("/me"),
    ]

    for answer in answers:
        policy = answer.headers["content-security-policy"].split("; ")
        assert policy[0] == "default-src 'none'"
        assert "require-trusted-types-for 'script'" in policy
        assert not [each for each in policy if "unsafe" in each or "*" in each or "http" in each]
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert "server" not in answer.headers
    assert [answer.status_code for answer in answers] == [200, 401, 404, 200, 401, 403, 421, 405]


@pytest.mark.asyncio
async def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(desk: RunningDesk) -> None:
    client = await desk.signed_in()
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 10_000

    told = await client.post("/me/preferences", content=b"a=" + b"x" * MOST_BYTES, headers=form)
    untold = await client.post("/me/preferences", content=endless(), headers=form)

    assert (told.status_code, untold.status_code) == (413, 413)
    assert (await client.get("/me")).status_code == 200


@pytest.mark.asyncio
async def test_an_error_of_ours_is_a_page_without_a_word_of_the_code(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await desk.signed_in()
    await desk.desk.archive.close()

    answer = await client.get("/me")

    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text


@pytest.mark.asyncio
async def test_what_is_not_there_or_not_asked_so_is_a_page_too(desk: RunningDesk) -> None:
    client = await desk.signed_in("admin")

    def told(answer: Response) -> tuple[int, str]:
        return answer.status_code, answer.headers["content-type"]

    page = "text/html; charset=utf-8"
    assert told(await client.get("/nowhere")) == (404, page)
    assert told(await client.get("/static/desk.css")) == (404, page)
    assert told(await client.get("/static/..%2fapp.py")) == (404, page)
    assert told(await client.post("/healthz")) == (405, page)
    assert told(await client.post("/people/999/disable")) == (404, page)
    assert told(await client.post("/people/x/disable")) == (404, page)
    assert told(await client.post(f"/people/{'9' * 40}/disable")) == (404, page)
    assert told(await client.post("/people", data={"name": "abc", "role": "king"})) == (400, page)


@pytest.mark.asyncio
async def test_a_hundred_requests_at_once_are_all_answered(desk: RunningDesk) -> None:
    client = await desk.signed_in()

    answers = await asyncio.gather(*(client.get("/me") for _ in range(100)))

    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.asyncio
async def test_behind_a_proxy_forms_are_compared_with_the_address_that_the_browser_sees(
    desk: RunningDesk,
) -> None:
    house = a_house(is_behind_proxy=True, hosts=frozenset({"desk.example.org"}))
    async with run_desk(desk.archive_path, house) as proxied, AsyncClient(base_url=proxied.address) as client:
        headers = {"Host": "desk.example.org", "X-Forwarded-Proto": "https"}
        form = {"name": "lead", "password": world.PASSWORD}

        async def sent(origin: str) -> int:
            answer = await client.post("/sign-in", data=form, headers=headers | {"Origin": origin})
            return answer.status_code

        assert await sent("https://desk.example.org") == 303
        assert await sent("http://desk.example.org") == 403
        assert await sent(proxied.address.rstrip("/")) == 403


@pytest.mark.asyncio
async def test_while_another_process_holds_the_archive_the_desk_says_so_and_lets_people_read(
    desk_path: Path,
) -> None:
    async with run_desk(desk_path, a_house(), busy_seconds=0.05) as impatient:
        with closing(sqlite3.connect(desk_path, isolation_level=None)) as other:
            client = await impatient.signed_in()
            impatient.clock.advance(timedelta(minutes=5))
            other.execute("BEGIN IMMEDIATE")

            read, written = (
                await client.get("/me"),
                await client.post("/me/preferences", data={"theme": "dark"}),
            )
            other.execute("ROLLBACK")

        assert (read.status_code, written.status_code) == (200, 503)
        assert "The archive can" in written.text
        assert (await client.post("/me/preferences", data={"theme": "dark"})).status_code == 303


@pytest.mark.asyncio
async def test_our_own_files_may_be_kept_for_ever_under_their_digest(desk: RunningDesk) -> None:
    client = await desk.anyone()
    page = (await client.get("/sign-in")).text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)

    answers = [await client.get(address) for address in addresses]

    assert len(addresses) >= 2
    for address, answer in zip(addresses, answers, strict=True):
        digest = hashlib.sha256(answer.content).hexdigest()[:16]
        assert f".{digest}." in address
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert {answer.headers["content-type"].split(";")[0] for answer in answers} >= {"text/css"}
