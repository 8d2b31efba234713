"""What tests of exports do again and again: fill an archive, export it, read what came out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from archiver import wiring
from archiver.domain.decision import Ruling
from archiver.domain.export import Choice, Format
from archiver.domain.export_tables import TABLES
from archiver.domain.flag import Category
from archiver.domain.ids import RunId
from archiver.domain.post import Button, ForwardOrigin, Media, MediaKind, PostCounts
from archiver.domain.reviewer import Role
from archiver.services import exporting
from archiver.services.exporting import Exported, Request
from archiver.storage import cursors, subscribers
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, Clock, a_content, a_cursor, a_flag, a_post
from tests.desk_builders import VIOLATION
from tests.services.desk_steps import a_queue, case_of, decide, hire, let_flag
from tests.storage.steps import a_watch, bury, observe

KEY = b"k" * 32
PHONE = "0770 000 0021"
ARABIC = "هذا خبر عاجل من بغداد عن انقطاع الكهرباء"
LEAK = f"تسريب: اتصل بالرقم {PHONE} الآن"


ONE_MORE = (
    """
    INSERT INTO revisions (
        channel_id, post_id, revision, observed_at, provenance, run_id, digest, text, details
    )
    SELECT channel_id, ?1, 1, observed_at, provenance, run_id, hex(randomblob(9)), hex(randomblob(99)), '{}'
    FROM revisions LIMIT 1
    """,
    """
    INSERT INTO posts (
        channel_id, post_id, published_at, first_observed_at, last_observed_at, as_of, revision
    )
    SELECT channel_id, ?1, published_at, first_observed_at, last_observed_at, as_of, 1 FROM posts LIMIT 1
    """,
)
"""What adds a post with a number of its own to an archive that has one."""


def a_button() -> Button:
    return Button(label=f"call {PHONE}")


async def fill(archive: Archive, clock: Clock, *, ruling: Ruling = VIOLATION) -> None:
    """Archive four posts of a watched channel: edited, flagged and decided on, forwarded, gone."""
    queue = await a_queue(archive, clock)
    [reviewer] = await hire(queue, Role.REVIEWER)
    async with archive.write() as tx:
        await a_watch(tx, "rafidain")
        await observe(tx, RunId(1), [
            a_post(1, text=ARABIC, published_at=NOON - timedelta(days=3)),
            a_post(3, content=a_content(
                "We forward what we have seen of the city",
                forward=ForwardOrigin(channel_id=CHANNEL, handle="elsewhere", post_id=None),
                media=Media(kind=MediaKind.FILE, name=f"list {PHONE}.pdf", bytes=5),
                buttons=(a_button(),),
            ), published_at=NOON - timedelta(days=1), counts=PostCounts(views=5, reactions=(("👍", 2),))),
            a_post(4, text="=HYPERLINK(1)", published_at=NOON),
        ])  # fmt: skip
        await observe(tx, RunId(1), [a_post(1, text=f"{ARABIC}!", edited_at=NOON, as_of=150)], at=NOON)
        await bury(tx, RunId(1), [4])
        await subscribers.record(tx, CHANNEL, 1234, sampled_at=NOON, run_id=RunId(1))
        await cursors.put(tx, a_cursor(low_water_id=1, high_water_id=5, history_complete_at=NOON))
    flag = a_flag(severity=2, category=Category.PERSONAL_DATA_LEAK)
    await let_flag(queue, (a_post(2, text=LEAK, published_at=NOON - timedelta(days=2)), [flag]))
    async with archive.read() as db:
        row = await db.fetch_one("SELECT case_id FROM cases")
    assert row is not None
    await decide(queue, reviewer, (await case_of(queue, row[0])).case_id, ruling)


@dataclass(frozen=True)
class Export:
    """A folder that was written."""

    folder: Path
    done: Exported

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table as its JSON lines have them."""
        lines = (self.folder / f"{table}.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def column(self, table: str, name: str) -> list[Any]:
        return [row[name] for row in self.rows(table)]

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text("utf-8"))

    def bytes(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


def a_request(
    folder: Path,
    *tables: str,
    formats: Iterable[Format] = (Format.JSONL,),
    choice: Choice | None = None,
    purpose: str | None = None,
) -> Request:
    return Request(
        tables=tuple(TABLES[name] for name in tables or TABLES),
        formats=tuple(formats),
        choice=choice or Choice(),
        folder=folder,
        version="0.1.0",
        purpose=purpose,
    )


def export(archive: Path, request: Request, *, key: bytes = KEY) -> Export:
    """Export an archive that this process has open nowhere."""
    used = key if request.is_masked else None
    done = exporting.write(
        archive, request, wiring.export_tools(used), key=used, progress=lambda _done, _total: None
    )
    return Export(request.folder, done)
