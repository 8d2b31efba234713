"""What people do at the desk in a browser without script: begin, fill in the form, send it."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from httpx import AsyncClient, Response

from archiver.domain.flag import Category
from archiver.domain.ids import CaseId
from archiver.storage import rulebooks
from tests.journeys.oracle import rows
from tests.review import world
from tests.review.conftest import RunningDesk
from tests.services.desk_steps import BOOK, a_case_of

VIOLATION = {"verdict": "violation", "category": "extortion", "severity": "3"}
NEWS = {"verdict": "not_a_violation", "reason.not_a_violation": "news"}


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        """Return the attributes of the tags of a name that have these attributes."""
        return [own for name, own in self.tags if name == tag and attributes.items() <= own.items()]

    def value(self, name: str) -> str:
        """Return the value of the first field of a name."""
        return next(own["value"] for tag, own in self.tags if tag == "input" and own.get("name") == name)


async def start(client: AsyncClient) -> str:
    """Begin; return the path of the case."""
    answer = await client.post("/claims")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def aim(client: AsyncClient, path: str) -> dict[str, str]:
    """Return what a form on the page of a case that one holds is aimed with."""
    page = Page((await client.get(path)).text)
    return {"token": page.value("token"), "version": page.value("version"), "command": page.value("command")}


async def decide(client: AsyncClient, path: str, ruling: Mapping[str, Any], **others: str) -> Response:
    """Decide on a case that one holds."""
    return await client.post(f"{path}/decide", data={**await aim(client, path), **ruling, **others})


async def take(client: AsyncClient, case_id: int) -> str:
    """Claim a case; return its path."""
    answer = await client.post(f"/cases/{case_id}/claim")
    assert answer.status_code == 303, answer.text
    return f"/cases/{case_id}"


def case_with(desk: RunningDesk, text: str) -> CaseId:
    """Return the case whose first post has this text."""
    sql = """
    SELECT c.case_id FROM cases AS c JOIN revisions AS r
        ON r.channel_id = c.channel_id AND r.post_id = c.post_id WHERE r.text = ?
    """
    return CaseId(rows(desk.archive_path, sql, text)[0][0])


def states(desk: RunningDesk) -> dict[int, str]:
    """Return the state of every case."""
    return dict(rows(desk.archive_path, "SELECT case_id, state FROM cases"))


async def mild_cases(desk: RunningDesk, count: int) -> list[CaseId]:
    """Let so many posts be flagged that may be decided at once."""
    queue = desk.desk.queue
    async with desk.desk.archive.write() as tx:
        await rulebooks.record(tx, BOOK, at=desk.clock())
    return [
        await a_case_of(
            queue, 100 + number, severity=1, category=Category.ACCOUNT_TAKEOVER_AD, channel_id=world.MARKET
        )
        for number in range(count)
    ]


async def choose_language(client: AsyncClient, language: str) -> None:
    """Turn the pages of who is signed in into a language."""
    answer = await client.post("/me/preferences", data={"language": language})
    assert answer.status_code == 303
