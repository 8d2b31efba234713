"""The audit log in the file: it only grows, at its end, whoever tries otherwise."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archiver.domain.audit import START, Link, chained, verify
from archiver.storage import audit
from archiver.storage.archive import Archive
from archiver.storage.moment import micros
from tests.builders import NOON
from tests.journeys.oracle import rows


async def fill(archive: Archive, count: int = 3) -> None:
    for number in range(count):
        async with archive.write() as tx:
            await audit.append(
                tx, at=NOON, actor="R-01", kind="case.claimed", target=f"case {number}", details={"n": number}
            )


@pytest.mark.asyncio
async def test_an_event_stands_on_the_one_before_and_is_read_back(archive: Archive) -> None:
    await fill(archive)

    async with archive.read() as db:
        events = await audit.after(db, 0, limit=9)
        assert [event.audit_event_id for event in events] == [1, 2, 3]
        assert events[0].previous_digest == START.digest
        assert events[1].at == micros(NOON)
        assert events[1].details == '{"n":1}'
        assert verify(events) == await audit.head(db) == Link(3, events[-1].digest)
        assert await audit.after(db, 2, limit=9) == events[2:]
        assert await audit.after(db, 0, limit=1) == events[:1]


@pytest.mark.asyncio
async def test_two_events_of_one_transaction_follow_each_other(archive: Archive) -> None:
    async with archive.write() as tx:
        for number in range(2):
            await audit.append(tx, at=NOON, actor="R-01", kind="a.b", target=f"case {number}", details={})

    async with archive.read() as db:
        assert (await audit.head(db)).audit_event_id == 2


@pytest.mark.asyncio
async def test_an_event_goes_with_the_transaction_that_it_tells_of(archive: Archive) -> None:
    async def fail() -> None:
        async with archive.write() as tx:
            await audit.append(tx, at=NOON, actor="R-01", kind="a.b", target="case 1", details={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    async with archive.read() as db:
        assert await audit.head(db) == START


@pytest.mark.asyncio
async def test_events_are_found_by_target_actor_and_kind_the_newest_first(archive: Archive) -> None:
    await fill(archive)

    async with archive.read() as db:
        assert [each.target for each in await audit.newest(db, limit=2)] == ["case 2", "case 1"]
        assert [each.target for each in await audit.newest(db, limit=2, before=2)] == ["case 0"]
        assert await audit.newest(db, limit=9, actor="R-02") == []
        assert len(await audit.newest(db, limit=9, actor="R-01", kind="case.claimed")) == 3
        assert await audit.newest(db, limit=9, kind="case.skipped") == []
        assert [each.audit_event_id for each in await audit.of_target(db, "case 1", limit=9)] == [2]
        assert await audit.of_target(db, "case 1", limit=9, before=2) == []


def forged(number: int, previous: str, *, target: str = "forged") -> dict[str, object]:
    """Return an event whose own digest is right."""
    event = chained(Link(number - 1, previous), at=1, actor="R-99", kind="a.b", target=target, details={})
    return {
        "audit_event_id": event.audit_event_id, "at": event.at, "actor": event.actor, "kind": event.kind,
        "target": event.target, "details": event.details, "previous_digest": event.previous_digest,
        "digest": event.digest,
    }  # fmt: skip


_INSERT = (
    "audit_events VALUES (:audit_event_id, :at, :actor, :kind, :target, :details, :previous_digest, :digest)"
)


@pytest.mark.asyncio
async def test_what_is_written_can_be_neither_changed_nor_deleted_nor_replaced(
    archive: Archive, archive_path: Path
) -> None:
    await fill(archive)
    before = rows(archive_path, "SELECT * FROM audit_events")
    (second,) = rows(archive_path, "SELECT previous_digest FROM audit_events WHERE audit_event_id = 2")
    (third,) = rows(archive_path, "SELECT digest FROM audit_events WHERE audit_event_id = 3")
    tries: list[tuple[str, dict[str, object]]] = [
        ("UPDATE audit_events SET actor = 'R-02' WHERE audit_event_id = 2", {}),
        ("UPDATE OR REPLACE audit_events SET audit_event_id = 1 WHERE audit_event_id = 2", {}),
        ("DELETE FROM audit_events WHERE audit_event_id = 3", {}),
        ("DELETE FROM audit_events", {}),
        (f"INSERT INTO {_INSERT}", forged(2, second[0])),
        (f"INSERT OR REPLACE INTO {_INSERT}", forged(2, second[0])),
        (f"REPLACE INTO {_INSERT}", forged(3, third[0])),
        (f"INSERT INTO {_INSERT}", forged(4, "f" * 64)),
        (f"INSERT INTO {_INSERT}", forged(5, third[0])),
        (f"INSERT INTO {_INSERT}", forged(4, third[0]) | {"audit_event_id": None}),
        (f"INSERT INTO {_INSERT}", forged(4, third[0]) | {"previous_digest": None}),
        (f"INSERT INTO {_INSERT}", forged(0, third[0])),
    ]

    with closing(sqlite3.connect(archive_path, isolation_level=None)) as db:
        for sql, values in tries:
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(sql, values)

    assert rows(archive_path, "SELECT * FROM audit_events") == before


@pytest.mark.asyncio
async def test_the_first_event_stands_on_nothing(archive: Archive, archive_path: Path) -> None:
    with closing(sqlite3.connect(archive_path, isolation_level=None)) as db:
        for number, previous in ((1, "f" * 64), (2, "0" * 64), (0, "0" * 64)):
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(f"INSERT INTO {_INSERT}", forged(number, previous))
        db.execute(f"INSERT INTO {_INSERT}", forged(1, "0" * 64))

    async with archive.read() as snapshot:
        assert (await audit.head(snapshot)).audit_event_id == 1
