"""What is read out of headers: media types, tags, and how many calls are left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.review.api.media import has, is_json, takes_json
from tests.review.api.steps import code, program
from tests.review.conftest import a_house, run_desk


@pytest.mark.parametrize(
    ("accept", "takes"),
    [
        ("", True), ("*/*", True), ("application/json", True), ("APPLICATION/JSON; charset=utf-8", True),
        ("text/html, application/*;q=0.1", True), ("text/html", False), ("text/html, */*", True),
        ("application/json;q=0", False), ("*/*, application/json;q=0.0", False), ("*/*;q=0", False),
        ("application/json;q=0.001, */*;q=0", True), ("application/problem+json", False), (" , ", True),
    ],
)  # fmt: skip
def test_json_is_sent_to_whom_takes_it(accept: str, takes: bool) -> None:
    assert takes_json(accept) is takes


def test_json_is_named_with_or_without_its_letters() -> None:
    assert is_json("Application/JSON ; charset=utf-8")
    assert not is_json("application/json-patch+json")
    assert not is_json("")


def test_a_tag_is_known_strong_or_weak_among_others() -> None:
    assert has('"a", W/"b"', '"b"')
    assert has("*", '"b"')
    assert not has('"ab"', '"b"')
    assert not has("", '"b"')


@pytest.mark.asyncio
async def test_a_token_that_comes_too_often_is_told_when_to_come_and_no_other_token_is(
    desk_path: object,
) -> None:
    async with run_desk(desk_path, a_house(api_calls_per_minute=2)) as desk:  # type: ignore[arg-type]
        client, other = await program(desk), await program(desk)
        first = await client.get("/queue/counts")
        desk.clock.now += timedelta(seconds=20)
        wrong, over = [await client.get(address) for address in ("/queue?limit=0", "/queue")]
        claimed = await client.post("/claims")

        assert first.headers["ratelimit-policy"] == '"calls";q=2;w=60'
        assert first.headers["ratelimit"] == '"calls";r=1;t=60'
        assert (code(wrong), wrong.headers["ratelimit"]) == ((422, "invalid"), '"calls";r=0;t=40')
        for answer in (over, claimed):
            assert code(answer) == (429, "too_many_requests")
            assert answer.headers["retry-after"] == "40"
            assert answer.headers["ratelimit"] == '"calls";r=0;t=40'
        assert (await other.get("/queue")).status_code == 200
        desk.clock.now += timedelta(seconds=40)
        assert (await client.get("/queue")).headers["ratelimit"] == '"calls";r=1;t=60'
        # what was refused was not done
        assert (await client.post("/claims")).status_code == 200
