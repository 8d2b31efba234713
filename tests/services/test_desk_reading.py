"""What pages ask services for beside the case: the log, holds, rules as they were, cases of found posts."""

from __future__ import annotations

import pytest

from archiver.domain.query import parse
from archiver.domain.watch_list import Entry
from archiver.rules.folded import folded
from archiver.services import audit_log, cases, claiming, searching, watch_list
from archiver.services.searching import Wanted
from archiver.storage.archive import Archive
from tests.builders import Clock
from tests.services.desk_steps import BOOK, RULES, a_case_of, a_team, decide

pytestmark = pytest.mark.asyncio


async def test_the_log_is_read_by_target_actor_kind_or_whole(archive: Archive, clock: Clock) -> None:
    queue, (one, other, *_) = await a_team(archive, clock)
    first, second = [await a_case_of(queue, number, severity=3) for number in (1, 2)]
    await decide(queue, one, first)
    await decide(queue, other, second)

    async def kinds(**asked: str | int) -> list[str]:
        events = await audit_log.read(archive, limit=9, **asked)  # type: ignore[arg-type]
        return [f"{event.actor} {event.kind}" for event in events]

    assert await kinds(target=f"case {first}") == ["R-01 decision.made", "R-01 case.claimed"]
    assert await kinds(actor="R-02") == ["R-02 decision.made", "R-02 case.claimed"]
    assert await kinds(kind="case.claimed") == ["R-02 case.claimed", "R-01 case.claimed"]
    assert await kinds(before=3) == ["R-01 decision.made", "R-01 case.claimed"]
    [newest] = await audit_log.read(archive, limit=1)
    assert (newest.audit_event_id, newest.happened_at) == (4, clock())


async def test_a_reviewer_holds_what_they_claimed_and_did_not_finish(archive: Archive, clock: Clock) -> None:
    queue, (one, other, *_) = await a_team(archive, clock)
    found = [await a_case_of(queue, number, severity=3) for number in (1, 2, 3)]
    await decide(queue, one, found[0])
    for case_id in (found[2], found[1]):
        await claiming.claim(queue, one, case_id)

    assert await claiming.held(queue, one) == [found[2], found[1]]
    assert await claiming.held(queue, other) == []


async def test_rules_are_read_as_they_were_and_unknown_ones_left_out(archive: Archive, clock: Clock) -> None:
    queue, _ = await a_team(archive, clock)
    known = (RULES[0], BOOK.digest)

    sheets = await cases.read_rule_sheets(queue, [known, ("no.rule", BOOK.digest)])

    assert list(sheets) == [known]


async def test_a_found_post_has_its_case_where_it_was_flagged(archive: Archive, clock: Clock) -> None:
    queue, _ = await a_team(archive, clock)
    case_id = await a_case_of(queue, 7, text="ادفع باقي القسط")
    found = await searching.search_archive(archive, folded, Wanted(query=parse("القسط")))

    assert await searching.cases_of(archive, found.posts) == [case_id]
    assert await searching.cases_of(archive, ()) == []


async def test_the_watch_list_is_read_in_order_of_handles(archive: Archive, clock: Clock) -> None:
    entries = [Entry(handle=handle) for handle in ("tigris", "basra", "rafidain")]
    await watch_list.add(archive, entries, clock=clock)

    assert [watch.handle for watch in await watch_list.everything(archive)] == ["basra", "rafidain", "tigris"]
